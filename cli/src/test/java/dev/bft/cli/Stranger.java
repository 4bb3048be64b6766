package dev.bft.cli;

import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.Credential;
import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.ClientKey;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.ForwardedViewChange;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.ViewChange;
import dev.bft.wire.Vote;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Somebody without any key: bytes and connections. */
final class Stranger implements Hostility {
    private static final int LONGEST = 5000;
    private static final int CONNECT_MILLIS = 1000;
    private static final int NONCE = 16;
    private static final int NOISE = 64;
    private static final int MANY = 80;
    private static final int THOUSAND = 1000;
    private static final long SLICE = 10_000_000L;

    private final HostileKind kind;
    private final ClusterConfig config;
    private final Credential victim;
    private final int rate;
    private final Random random = new Random(5);
    private final Map<String, Long> counts = new TreeMap<>();
    private final List<Socket> open = new ArrayList<>();
    private final Cluster cluster;
    private volatile boolean harmed;
    private final List<byte[]> unasked;

    /** One that does so much a second at most, and speaks in the name of this client. */
    Stranger(HostileKind kind, ClusterConfig config, Credential victim, int rate) {
        this.kind = kind;
        this.config = config;
        this.victim = victim;
        this.rate = rate;
        this.cluster = new Cluster(config.cluster().idBytes(), config.cluster().epoch());
        this.unasked = unasked(cluster);
    }

    @Override
    public Map<String, Long> run(BooleanSupplier stopped) throws IOException, InterruptedException {
        Allowance allowance = new Allowance(rate);
        long number = 0;
        try {
            while (!stopped.getAsBoolean()) {
                if (kind == HostileKind.BURNER) {
                    burn();
                } else if (allowance.take()) {
                    once(number++);
                } else {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        return Map.copyOf(counts);
    }

    private void harm() {
        counts.merge("harm", 1L, Long::sum);
        harmed = true;
    }

    @Override
    public boolean hasHarmed() {
        return harmed;
    }

    private void once(long number) {
        int replica = (int) (number % config.replicas().size());
        try {
            switch (kind) {
                case GARBAGE -> write(replica, garbage());
                case FORGERY -> write(replica, framed(forgery(number)));
                case UNSOLICITED -> write(replica, framed(unasked.get((int) (number % unasked.size()))));
                case CHURN -> connect(replica).close();
                default -> drip(number);
            }
            harm();
        } catch (IOException e) {
            counts.merge("cut off", 1L, Long::sum);
            if (replica < open.size() && kind != HostileKind.SLOW_LORIS) {
                close(open.set(replica, new Socket()));
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing a socket", e);
        }
    }

    private void write(int replica, byte[] bytes) throws IOException {
        while (open.size() <= replica) {
            open.add(new Socket());
        }
        if (!open.get(replica).isConnected()) {
            open.set(replica, connect(replica));
        }
        open.get(replica).getOutputStream().write(bytes);
    }

    private Socket connect(int replica) throws IOException {
        ClusterConfig.Replica to = config.replicas().get(replica);
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(to.host(), to.port()), CONNECT_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** As long as a stranger's frames may be. */
    private static List<byte[]> unasked(Cluster cluster) {
        Envelope.Auth nothing = new Envelope.Unsigned();
        Request request = new Request(1, 1, 1, false, new byte[LONGEST / 10], new byte[0]);
        byte[] frame = Envelope.complete(Envelope.open(cluster, 31, request), nothing);
        List<ViewChange.Entry> entries = new ArrayList<>();
        for (int seqno = 1; seqno <= MANY; seqno++) {
            entries.add(new ViewChange.Entry(seqno, Digest.ZERO, 0));
        }
        try {
            SignedRequest one = SignedRequest.read(frame);
            Body body = new Body(1, Batch.of(Collections.nCopies(MANY, one), new byte[0]));
            ViewChange left = new ViewChange(1, 0, List.of(), entries, entries);
            return List.of(
                    Envelope.complete(Envelope.open(cluster, 1, body), nothing),
                    Envelope.complete(Envelope.open(cluster, 1, new ForwardedViewChange(2, left)), nothing));
        } catch (MalformedException e) {
            throw new IllegalStateException("a request must at least be readable", e);
        }
    }

    private byte[] garbage() {
        byte[] bytes = new byte[1 + random.nextInt(LONGEST)];
        random.nextBytes(bytes);
        return framed(bytes);
    }

    private static byte[] framed(byte[] bytes) {
        return ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    /** By turns a vote of a replica, a request and a key of a client. */
    private byte[] forgery(long number) {
        Cluster cluster =
                new Cluster(config.cluster().idBytes(), config.cluster().epoch());
        byte[] noise = new byte[NOISE];
        random.nextBytes(noise);
        List<Envelope.Mac> macs = new ArrayList<>();
        for (int i = 0; i < config.replicas().size(); i++) {
            macs.add(new Envelope.Mac(i, Math.abs((long) random.nextInt()), new byte[Envelope.TAG]));
        }
        return switch ((int) (number / config.replicas().size() % 3)) {
            case 0 -> {
                Vote vote = new Vote(Message.Type.COMMIT, 0, number, Digest.of(noise), List.of());
                int sender = random.nextInt(config.replicas().size());
                yield Envelope.complete(Envelope.open(cluster, sender, vote), new Envelope.Macs(macs));
            }
            case 1 -> {
                Request request = new Request(1, 1, number + 1, false, noise, noise);
                yield Envelope.complete(Envelope.open(cluster, victim.clientId(), request), new Envelope.Macs(macs));
            }
            default -> {
                ClientKey key = new ClientKey(
                        (int) (number % config.replicas().size()), victim.encoded(), new byte[NONCE], noise);
                yield Envelope.complete(
                        Envelope.open(cluster, victim.clientId(), key), new Envelope.Signature(number + 1, noise));
            }
        };
    }

    /** One more byte of the frame that a connection has begun; another connection if there are not enough. */
    private void drip(long number) throws IOException {
        int at = (int) (number % rate);
        if (at < open.size() && !open.get(at).isClosed()) {
            try {
                OutputStream out = open.get(at).getOutputStream();
                out.write(0);
                return;
            } catch (IOException e) {
                counts.merge("cut off", 1L, Long::sum);
                close(open.get(at));
            }
        }
        Socket socket = connect(at % config.replicas().size());
        socket.getOutputStream()
                .write(ByteBuffer.allocate(Integer.BYTES).putInt(1000).array());
        if (at < open.size()) {
            open.set(at, socket);
        } else {
            open.add(socket);
        }
    }

    /** Takes its share of ten milliseconds. */
    private void burn() throws InterruptedException {
        long busy = SLICE * rate / THOUSAND;
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < busy) {
            harm();
        }
        TimeUnit.NANOSECONDS.sleep(SLICE - busy);
    }
}
