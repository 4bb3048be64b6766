package dev.bft.sim;

import dev.bft.protocol.ClientEffect;
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

        /** It did what it should not. */
        void acted();
    }

    /** Of the 3f backups f at a time do not know a request of a session. */
    static final int PARTS = 3;

    private static final byte[] REQUEST = Digest.tag("bft/request/1");

    private final Outlook outlook;
    private final Way way;

    /** The replicas whose first nonces it took. */
    private final Set<Integer> keyed = new HashSet<>();

    /** By session, the last frame without a signature. */
    private final TreeMap<Integer, byte[]> last = new TreeMap<>();
    /** The sessions, numbered as they came. */
    private final TreeMap<Integer, Integer> parts = new TreeMap<>();

    private int signed;

    /** A crook of this kind. */
    public Crook(Outlook outlook, Way way) {
        this.outlook = outlook;
        this.way = way;
    }

    /** What it makes of a signature: it needs one for its keys and to open its sessions. */
    public byte[] sign(byte[] payload, byte[] signature) {
        boolean request = Arrays.equals(payload, 0, REQUEST.length, REQUEST, 0, REQUEST.length);
        signed += request ? 1 : 0;
        if (!request || way == Way.GREEDY || signed <= outlook.sessions()) {
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
        // Its sessions it opens as it should: without one nobody would listen to it.
        if (!(envelope.message() instanceof Request request) || request.open()) {
            return List.of(send);
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

    private static Envelope parsed(byte[] frame) {
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
            case WITHHOLDING, OLD_KEYS, GREEDY, FALSE_SIGNATURE -> false;
        };
    }
}
