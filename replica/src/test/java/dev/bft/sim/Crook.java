package dev.bft.sim;

import dev.bft.protocol.ClientEffect;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A client that wants an endless change of views, and never signs a request as it should (11-A1, amendments AG6, AG7). */
public final class Crook {
    /** What it does with its requests. */
    public enum Way {
        /** Their MACs are bad for the primary, of whatever view, and good for all backups. */
        INVERSE,
        /** Their MACs are good for the primary, of whatever view, and bad for all backups. */
        DIVIDING,
        /** Their MACs are good for all but f backups, and for each of its sessions these are others. */
        SCATTERED,
        /** They are shown to backups, and the primary gets none: it is to look slow (11-A3). */
        WITHHOLDING,
        /** Their MACs are made with its first keys, whatever a replica that was rebooted asks for (S41). */
        OLD_KEYS,
        /** They are as they should be, and dozens at a time (S39). */
        GREEDY,
        /** Each goes with another operation under the same timestamp; half of the replicas get the one first (S35, AG9). */
        COLLIDING,
        /** Each is followed by one whose number, or whose session's base, is of the far future (S35, AG8). */
        FAR_AHEAD,
        /** Their MACs are good for all and cover a signature that is none. */
        FALSE_SIGNATURE
    }

    /** What it knows of its cluster, in a simulation or on a real network. */
    public interface Outlook {
        /** How many sessions it opens. */
        int sessions();

        /** n = 3f+1. */
        int replicas();

        /** The view it thinks that the replicas are in. */
        long view();

        /** What names its cluster on the wire. */
        Cluster cluster();

        /** Another operation than this one, which it did not ask its core for. */
        byte[] other(byte[] operation);

        /** It did what it should not. */
        void acted();
    }

    /** Of the 3f backups f at a time do not know a request of a session. */
    static final int PARTS = 3;

    private static final long FAR = 1L << 40;

    private static final byte[] REQUEST = Digest.tag("bft/request/1");

    private final Outlook outlook;
    private final Way way;
    private final OwnKeys keys;

    /** The replicas whose first nonces it took. */
    private final Set<Integer> keyed = new HashSet<>();

    /** By session, the last frame without a signature. */
    private final TreeMap<Integer, byte[]> last = new TreeMap<>();
    /** The sessions, numbered as they came. */
    private final TreeMap<Integer, Integer> parts = new TreeMap<>();

    private int signed;
    private long made;

    /** A crook of this kind. */
    public Crook(Outlook outlook, Way way) {
        this.outlook = outlook;
        this.way = way;
        this.keys = new OwnKeys(outlook.cluster());
    }

    /** Its core seals a secret for a replica. */
    public void seals(int replica, byte[] secret) {
        keys.sealed(replica, secret);
    }

    /** What it makes of a signature: it needs one for its keys and to open its sessions. */
    public byte[] sign(byte[] payload, byte[] signature) {
        boolean request = Arrays.equals(payload, 0, REQUEST.length, REQUEST, 0, REQUEST.length);
        signed += request ? 1 : 0;
        boolean honest = way == Way.GREEDY || way == Way.COLLIDING || way == Way.FAR_AHEAD;
        if (!request || honest || signed <= outlook.sessions()) {
            return signature;
        }
        return new byte[way == Way.FALSE_SIGNATURE ? signature.length : 0];
    }

    /** Whether it does as if a frame of a replica had not come. */
    boolean ignores(int replica, byte[] frame) {
        return way == Way.OLD_KEYS && Frames.isOf(Message.Type.KEY_REQUEST, frame) && !keyed.add(replica);
    }

    /** What leaves instead of a frame of its core. */
    public List<ClientEffect.SendToReplica> instead(ClientEffect.SendToReplica send) {
        Envelope envelope = parsed(send.frame());
        keys.leaves(envelope);
        // Its sessions it opens as it should: without one nobody would listen to it.
        if (!(envelope.message() instanceof Request request) || request.open()) {
            return List.of(send);
        }
        if (way == Way.COLLIDING || way == Way.FAR_AHEAD) {
            return besides(send, envelope, request);
        }
        outlook.acted();
        if (way == Way.FALSE_SIGNATURE) {
            // Its core signs what it has to ask for again.
            return request.signature().length == 0 ? List.of() : List.of(send);
        }
        if (way == Way.OLD_KEYS || way == Way.GREEDY) {
            return List.of(send);
        }
        if (way == Way.WITHHOLDING) {
            return send.replica() == outlook.view() % outlook.replicas() ? List.of() : List.of(send);
        }
        if (request.signature().length == 0) {
            last.put(request.session(), send.frame());
            parts.putIfAbsent(request.session(), parts.size());
        }
        List<ClientEffect.SendToReplica> all = new ArrayList<>();
        Optional<byte[]> frame = Optional.ofNullable(last.get(request.session()));
        for (int i = 0; i < outlook.replicas() && frame.isPresent(); i++) {
            all.add(new ClientEffect.SendToReplica(i, spoiled(parsed(frame.get()), request.session())));
        }
        return all;
    }

    /** The frame and another, if it is of an operation in the order, and all keys are known. */
    private List<ClientEffect.SendToReplica> besides(
            ClientEffect.SendToReplica send, Envelope envelope, Request request) {
        if (request.kind() != Request.Kind.OPERATION || !(envelope.auth() instanceof Envelope.Macs macs)) {
            return List.of(send);
        }
        made++;
        long base = way == Way.FAR_AHEAD && made % 2 == 0 ? request.base() + FAR : request.base();
        long number = way == Way.FAR_AHEAD && made % 2 == 1 ? request.number() + FAR + made : request.number();
        Request other = new Request(
                request.session(),
                base,
                number,
                request.kind(),
                request.replier(),
                outlook.other(request.operation()),
                new byte[0]);
        Optional<byte[]> frame = keys.frame(other, envelope.sender(), macs);
        frame.ifPresent(f -> outlook.acted());
        return frame.map(f -> both(send.frame(), f, macs)).orElse(List.of(send));
    }

    /** Both to all; of two under one timestamp each comes first somewhere. */
    private List<ClientEffect.SendToReplica> both(byte[] frame, byte[] other, Envelope.Macs macs) {
        List<ClientEffect.SendToReplica> all = new ArrayList<>();
        for (Envelope.Mac mac : macs.macs()) {
            boolean first = way == Way.FAR_AHEAD || (mac.receiver() + made) % 2 == 0;
            all.add(new ClientEffect.SendToReplica(mac.receiver(), first ? frame : other));
            all.add(new ClientEffect.SendToReplica(mac.receiver(), first ? other : frame));
        }
        return all;
    }

    /** What a frame says that the core of a client made. */
    public static Envelope parsed(byte[] frame) {
        try {
            return Envelope.read(frame);
        } catch (MalformedException e) {
            throw new IllegalStateException("a client's core made a frame that nobody can read", e);
        }
    }

    private byte[] spoiled(Envelope envelope, int session) {
        if (!(envelope.auth() instanceof Envelope.Macs macs)) {
            return envelope.frame();
        }
        List<Envelope.Mac> bad = new ArrayList<>();
        for (Envelope.Mac mac : macs.macs()) {
            bad.add(
                    spoils(mac.receiver(), session)
                            ? new Envelope.Mac(mac.receiver(), mac.key(), new byte[Envelope.TAG])
                            : mac);
        }
        byte[] frame = envelope.frame();
        int tail = 1 + Integer.BYTES + macs.macs().size() * (Integer.BYTES + Long.BYTES + Envelope.TAG);
        return Envelope.complete(Arrays.copyOf(frame, frame.length - tail), new Envelope.Macs(bad));
    }

    private boolean spoils(int receiver, int session) {
        int replicas = outlook.replicas();
        int faulty = (replicas - 1) / 3;
        int after = (int) ((receiver - outlook.view() % replicas + replicas) % replicas);
        return switch (way) {
            case INVERSE -> after == 0;
            case DIVIDING -> after != 0;
            case SCATTERED -> after > 0 && (after - 1) / faulty == parts.getOrDefault(session, 0) % PARTS;
            case WITHHOLDING, OLD_KEYS, GREEDY, COLLIDING, FAR_AHEAD, FALSE_SIGNATURE -> false;
        };
    }
}
