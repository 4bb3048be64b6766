package dev.bft.protocol;

import dev.bft.auth.KeyContext;
import dev.bft.auth.MacKey;
import dev.bft.service.Call;
import dev.bft.service.Service;
import dev.bft.service.State;
import dev.bft.state.CheckpointImage;
import dev.bft.state.PagedState;
import dev.bft.wire.ClientKey;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.KeyRequest;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/** Four replicas, a perfect network and instant disks, for tests of single rules; faults belong to the simulator. */
final class Group {
    static final int SESSIONS = 16;
    static final int CLIENT = 1007;
    static final byte[] CREDENTIAL = {7, 1, 2, 3};

    final List<Member> members = new ArrayList<>();
    final Cluster cluster = new Cluster(new byte[16], 0);
    final TreeMap<Integer, MacKey> clientKeys = new TreeMap<>();
    final TreeMap<Integer, Reply> replies = new TreeMap<>();
    private final ArrayDeque<Runnable> network = new ArrayDeque<>();
    private final long period;
    long now;

    /** A counter: each operation adds its first byte and answers the sum, in as many bytes as its second one says. */
    static final class Counter implements Service {
        private final IntSupplier skew;

        Counter(IntSupplier skew) {
            this.skew = skew;
        }

        @Override
        public void format(State state) {
            state.writeLong(0, 100);
        }

        @Override
        public byte[] execute(Call call, byte[] operation, State state) {
            long sum = state.readLong(0) + operation[0] + skew.getAsInt();
            state.writeLong(0, sum);
            return answer(sum, operation);
        }

        /** What adds 0 reads; of anything else it would do all, if it could. */
        @Override
        public Optional<byte[]> read(int client, byte[] operation, State state) {
            return Optional.of(
                    operation[0] == 0
                            ? answer(state.readLong(0), operation)
                            : execute(new Call(client, 0, new byte[0]), operation, state));
        }

        private static byte[] answer(long sum, byte[] operation) {
            byte[] answer = new byte[operation.length > 1 ? Math.max(1, operation[1]) : 1];
            answer[0] = (byte) sum;
            return answer;
        }
    }

    /** One replica and its disk. */
    final class Member {
        final int id;
        final byte[][] pages = new byte[Replica.protocolPages(SESSIONS) + 4][PagedState.PAGE_SIZE];
        List<byte[]> votes = new ArrayList<>();
        long baseSeqno;
        Digest baseDigest = Digest.ZERO;
        boolean stable = true;
        Replica replica;
        boolean up = true;
        boolean mute;
        /** What this member's broken service adds to each sum. */
        int counterSkew;

        /** The batch that its next life does not execute. */
        long haltAt = Settings.HALT_NOWHERE;

        long counter = 1;
        final List<Fact> facts = new ArrayList<>();
        /** What it said that it executes, and -1 for each call of the service. */
        final List<Long> executing = new ArrayList<>();

        int boots;

        Member(int id) {
            this.id = id;
            this.replica = fresh();
        }

        Replica fresh() {
            PagedState state = new PagedState(
                    (page, target) -> System.arraycopy(pages[page], 0, target, 0, target.length),
                    Replica.protocolPages(SESSIONS),
                    4);
            Settings settings = new Settings(
                    id,
                    4,
                    cluster.id(),
                    0,
                    period,
                    2 * period,
                    4,
                    1 << 20,
                    8,
                    150_000_000L,
                    30_000_000_000L,
                    true,
                    SESSIONS,
                    SESSIONS,
                    200_000_000L,
                    2_000_000_000L,
                    haltAt);
            return new Replica(settings, state, new Counter(this::called), new PlainKeys(), executing::add);
        }

        private int called() {
            executing.add(-1L);
            return counterSkew;
        }

        void boot(boolean intact) {
            byte[] seed = new byte[32];
            seed[0] = (byte) id;
            seed[1] = (byte) boots++;
            give(new Event.Booted(seed, new Saved(intact, 0, List.copyOf(votes), baseSeqno, baseDigest, stable)));
        }

        void restart(boolean intact) {
            replica = fresh();
            up = true;
            boot(intact);
        }

        void give(Event event) {
            if (up) {
                replica.step(event).forEach(this::perform);
            }
        }

        private void perform(Effect effect) {
            if (effect instanceof Effect.SendToReplica send) {
                if (!mute) {
                    network.add(() -> members.get(send.replica()).give(new Event.Received(id, send.frame())));
                }
            } else if (effect instanceof Effect.SendToLink send) {
                network.add(() -> toClient(id, send.frame()));
            } else if (effect instanceof Effect.Sign sign) {
                long taken = counter++;
                byte[] signature =
                        PlainKeys.sign(id, new dev.bft.auth.PublicKeys.Statement(sign.domain(), taken, sign.payload()));
                network.add(() -> give(new Event.Signed(sign.token(), taken, signature)));
            } else if (effect instanceof Effect.Open open) {
                network.add(() -> give(new Event.Opened(open.token(), Optional.of(open.sealed()))));
            } else if (effect instanceof Effect.Report report) {
                facts.add(report.fact());
            } else {
                disk(effect);
            }
        }

        private void disk(Effect effect) {
            if (effect instanceof Effect.Append append) {
                votes.add(append.record());
                network.add(() -> give(new Event.Persisted(append.token())));
            } else if (effect instanceof Effect.NewSegment segment) {
                votes = new ArrayList<>(segment.records());
                network.add(() -> give(new Event.Persisted(segment.token())));
            } else if (effect instanceof Effect.Install install) {
                for (CheckpointImage.Page page : install.image().pages()) {
                    pages[page.index()] = page.bytes().clone();
                }
                baseSeqno = install.image().seqno();
                baseDigest = install.image().digest();
                stable = install.image().stable();
                network.add(() -> give(new Event.Persisted(install.token())));
            }
        }
    }

    Group() {
        this(4);
    }

    /** A group that takes a checkpoint every so many batches. */
    Group(long period) {
        this.period = period;
        for (int i = 0; i < 4; i++) {
            members.add(new Member(i));
        }
    }

    void boot() {
        members.forEach(m -> m.boot(true));
        settle(400);
    }

    /** Does something before whatever is sent from now on arrives. */
    void soon(Runnable thing) {
        network.add(thing);
    }

    /** Lets time pass, in milliseconds, and everything under way arrive. */
    void settle(int millis) {
        for (int i = 0; i < millis / 10; i++) {
            drain();
            now += 10_000_000L;
            members.forEach(m -> m.give(new Event.Tick(now, now / 1000)));
            drain();
        }
    }

    private void drain() {
        while (!network.isEmpty()) {
            network.remove().run();
        }
    }

    private void toClient(int from, byte[] frame) {
        try {
            Message message = Envelope.read(frame).message();
            if (message instanceof KeyRequest ask) {
                network.add(() -> sendClientKey(from, ask.nonce()));
            } else if (message instanceof Reply reply) {
                replies.put(from, reply);
            }
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sendClientKey(int to, byte[] nonce) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) (to + 1));
        clientKeys.put(to, new MacKey(5, secret));
        byte[] open = Envelope.open(cluster, CLIENT, new ClientKey(to, CREDENTIAL, nonce, secret));
        byte[] signed = KeyContext.clientKey(5, Digest.of(open));
        byte[] signature = PlainKeys.clientSign(CREDENTIAL, signed);
        byte[] frame = Envelope.complete(open, new Envelope.Signature(5, signature));
        members.get(to).give(new Event.Received(900, frame));
    }

    /** The client greets all replicas. */
    void connectClient() {
        byte[] ask =
                Envelope.complete(Envelope.open(cluster, CLIENT, new dev.bft.wire.KeyAsk()), new Envelope.Unsigned());
        members.forEach(m -> m.give(new Event.Received(900, ask)));
        settle(20);
    }

    /** Sends a request to some replicas, and lets everything happen. */
    SortedMap<Integer, Reply> request(Request unsigned, int... to) {
        byte[] signature = PlainKeys.clientSign(CREDENTIAL, Request.signedBytes(cluster, unsigned.digest(CLIENT)));
        Request request = new Request(
                unsigned.session(),
                unsigned.base(),
                unsigned.number(),
                unsigned.kind(),
                unsigned.replier(),
                unsigned.operation(),
                signature);
        byte[] open = Envelope.open(cluster, CLIENT, request);
        List<Envelope.Mac> macs = new ArrayList<>();
        clientKeys.forEach((replica, key) -> macs.add(new Envelope.Mac(replica, key.id(), key.tag(Digest.of(open)))));
        byte[] frame = Envelope.complete(open, new Envelope.Macs(macs));
        replies.clear();
        for (int replica : to) {
            members.get(replica).give(new Event.Received(900, frame));
        }
        settle(30);
        return replies;
    }

    /** What a replica answered last. */
    Reply reply(int from) {
        return Optional.ofNullable(replies.get(from)).orElseThrow(() -> new AssertionError("no reply from " + from));
    }

    /** Opens session 1; its base. */
    long openSession() {
        request(new Request(1, 0, 77, true, CREDENTIAL, new byte[0]), 0);
        byte[] result = reply(0).result();
        long base = 0;
        for (byte b : result) {
            base = base << 8 | (b & 0xff);
        }
        return base;
    }

    /** The request that adds one, as number {@code number} of session 1. */
    static Request add(long base, long number) {
        return new Request(1, base, number, false, new byte[] {1}, new byte[0]);
    }
}
