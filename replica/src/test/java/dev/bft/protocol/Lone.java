package dev.bft.protocol;

import dev.bft.auth.MacKey;
import dev.bft.auth.PublicKeys;
import dev.bft.auth.SessionKeys;
import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.NewKey;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One real replica; its three peers are the test, with real session keys. */
final class Lone {
    /** So many keys of clients it holds. */
    static final int CLIENT_KEYS = 4;

    /** How far a proposed time may be from its clock, which stands at 0 unless a test sets it; nanoseconds. */
    static final long SKEW = 2_000_000_000L;

    final Cluster cluster = new Cluster(new byte[16], 0);
    final int id;
    final Replica replica;
    final PlainKeys keys = new PlainKeys();
    final List<SessionKeys> peers = new ArrayList<>();
    final List<Message> sent = new ArrayList<>();
    /** What went to clients. */
    final List<Message> told = new ArrayList<>();

    /** On which links it went there. */
    final List<Long> links = new ArrayList<>();

    /** What the coprocessor opened; it answers at once unless {@link #coprocessorRests}. */
    final List<Event.Opened> opened = new ArrayList<>();

    boolean coprocessorRests;

    final List<Effect> disk = new ArrayList<>();
    final List<byte[]> records = new ArrayList<>();
    /** The records that each new segment of the vote log began with. */
    final List<List<byte[]>> segments = new ArrayList<>();

    final List<Effect.Mute> mutes = new ArrayList<>();
    final List<Fact> facts = new ArrayList<>();
    private long counter = 1;
    long wallMicros;
    private long now;

    Lone(int id) {
        this(id, List.of());
    }

    Lone(int id, List<byte[]> votes) {
        this(id, votes, true);
        for (int i = 0; i < 4; i++) {
            if (i != id) {
                greet(i, 1);
            }
        }
    }

    /** One that nobody has greeted yet, with this vote log, of its last boot or not. */
    Lone(int id, List<byte[]> votes, boolean intact) {
        this.id = id;
        int protocolPages = Replica.protocolPages(4);
        PagedState state = new PagedState((page, target) -> {}, protocolPages, 1);
        Settings settings = settings(id, 4, 8);
        replica = new Replica(settings, state, new Group.Counter(() -> 0), keys);
        for (int i = 0; i < 4; i++) {
            peers.add(new SessionKeys(cluster, i, 4));
        }
        give(new Event.Booted(new byte[32], new Saved(intact, 0, votes, 0, Digest.ZERO, true)));
    }

    /** The settings of one of four replicas with this checkpoint period and log size, in the cluster of zeros. */
    static Settings settings(int id, long period, long logSize) {
        return new Settings(
                id,
                4,
                new byte[16],
                0,
                period,
                logSize,
                4,
                1 << 20,
                8,
                150_000_000L,
                30_000_000_000L,
                true,
                4,
                CLIENT_KEYS,
                200_000_000L,
                SKEW,
                Settings.HALT_NOWHERE);
    }

    /** Peer {@code i} sends its NEW-KEY with this counter; its nonce is its id. */
    void greet(int i, long peerCounter) {
        byte[] secret = new byte[MacKey.BYTES];
        secret[0] = (byte) i;
        secret[1] = (byte) peerCounter;
        give(new Event.Received(i, newKey(i, peerCounter, myNonce(), secret)));
        peers.get(i).setIn(id, new MacKey(peerCounter, secret));
    }

    byte[] newKey(int i, long peerCounter, byte[] echo, byte[] secret) {
        byte[] nonce = new byte[16];
        nonce[0] = (byte) (i + 1);
        return newKey(i, peerCounter, echo, secret, nonce);
    }

    byte[] newKey(int i, long peerCounter, byte[] echo, byte[] secret, byte[] nonce) {
        NewKey message = new NewKey(nonce, List.of(new NewKey.Entry(id, echo, secret)));
        byte[] open = Envelope.open(cluster, i, message);
        byte[] signature = PlainKeys.sign(
                i,
                new PublicKeys.Statement((byte) 1, peerCounter, Digest.of(open).toBytes()));
        return Envelope.complete(open, new Envelope.Signature(peerCounter, signature));
    }

    /** The nonce the replica told in its NEW-KEYs. */
    byte[] myNonce() {
        for (Message message : sent) {
            if (message instanceof NewKey key) {
                return key.nonce();
            }
        }
        throw new AssertionError("no NEW-KEY yet");
    }

    /** A message of a peer, authenticated by the key the replica gave it. */
    void say(int from, Message message) {
        give(new Event.Received(from, peers.get(from).toReplica(message, id)));
    }

    void tick(long millis) {
        now += millis * 1_000_000L;
        give(new Event.Tick(now, wallMicros));
    }

    void give(Event event) {
        replica.step(event).forEach(this::perform);
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.SendToReplica send) {
            remember(send.replica(), send.frame());
        } else if (effect instanceof Effect.SendToLink send) {
            told.add(read(send.frame()).message());
            links.add(send.link());
        } else if (effect instanceof Effect.Sign sign) {
            long taken = counter++;
            byte[] signature = PlainKeys.sign(id, new PublicKeys.Statement(sign.domain(), taken, sign.payload()));
            give(new Event.Signed(sign.token(), taken, signature));
        } else if (effect instanceof Effect.Open open) {
            opened.add(new Event.Opened(open.token(), Optional.of(open.sealed())));
            if (!coprocessorRests) {
                give(opened.get(opened.size() - 1));
            }
        } else if (effect instanceof Effect.Mute mute) {
            mutes.add(mute);
        } else if (effect instanceof Effect.Report report) {
            facts.add(report.fact());
        } else if (effect instanceof Effect.Append || effect instanceof Effect.NewSegment) {
            disk.add(effect);
            if (effect instanceof Effect.Append append) {
                records.add(append.record());
            } else if (effect instanceof Effect.NewSegment segment) {
                segments.add(segment.records());
            }
        }
    }

    private void remember(int to, byte[] frame) {
        Envelope envelope = read(frame);
        sent.add(envelope.message());
        if (envelope.message() instanceof NewKey key && envelope.auth() instanceof Envelope.Signature signature) {
            key.entries().stream().filter(entry -> entry.receiver() == to).forEach(entry -> peers.get(to)
                    .setOut(id, new MacKey(signature.counter(), entry.sealed())));
        }
    }

    private static Envelope read(byte[] frame) {
        try {
            return Envelope.read(frame);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    /** A message that says nothing of who sent it. */
    void pass(Message message) {
        give(new Event.Received(5, Envelope.complete(Envelope.open(cluster, 2, message), new Envelope.Unsigned())));
    }

    /** Everything asked of the disk is done. */
    void sync() {
        long last = 0;
        for (Effect effect : disk) {
            last = effect instanceof Effect.Append append ? append.token() : last;
            last = effect instanceof Effect.NewSegment segment ? segment.token() : last;
        }
        disk.clear();
        give(new Event.Persisted(last));
    }

    long sentOf(Message.Type type) {
        return sent.stream().filter(m -> m.type() == type).count();
    }

    long drops(Drop reason) {
        return replica.status().drops().getOrDefault(reason.label(), 0L);
    }

    /** A PREPARE of view 0. */
    static Vote prepare(long seqno, Batch of) {
        return new Vote(Message.Type.PREPARE, 0, seqno, of.digest());
    }

    /** A COMMIT of view 0. */
    static Vote commit(long seqno, Batch of) {
        return new Vote(Message.Type.COMMIT, 0, seqno, of.digest());
    }

    /** A batch with an opening that its client did not sign. */
    Batch forged(int number) {
        Request request = new Request(1, 0, number, true, new byte[] {7, 1, 2, 3}, new byte[] {9});
        byte[] open = Envelope.open(cluster, 1007, request);
        try {
            return Batch.of(
                    List.of(SignedRequest.read(Envelope.complete(open, new Envelope.Macs(List.of())))), new byte[0]);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }
}
