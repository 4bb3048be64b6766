package dev.bft.host;

import dev.bft.coprocessor.CoprocessorReply;
import dev.bft.coprocessor.CoprocessorRequest;
import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.CoprocessorKeys;
import dev.bft.keystore.Statement;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** A replica's host on threads of this process, with a coprocessor and the watchdog's ends of its channels. */
final class TestReplica {
    private static final long DEADLINE_NANOS = 60_000_000_000L;

    final LinkedBlockingQueue<String> fatal = new LinkedBlockingQueue<>();
    final List<ReplicaReport.Claim> claims = new ArrayList<>();

    private final LinkedBlockingQueue<ReplicaReport> reports = new LinkedBlockingQueue<>();
    private final SocketChannel coprocessorEnd;
    private final ReplicaHost host;
    private final Thread loop;

    /** What outlives a boot: the coprocessor's counter and the files; and whether the rehearsal is over. */
    record Machine(AtomicLong counter, Folder folder, AtomicBoolean rehearsed) {
        /** One whose replicas need no rehearsal. */
        Machine(AtomicLong counter, Folder folder) {
            this(counter, folder, new AtomicBoolean(true));
        }
    }

    /** Boots. */
    TestReplica(Path cluster, ClusterConfig config, Machine machine, Launch launch) throws Exception {
        SocketChannel[] pair = pair(cluster);
        coprocessorEnd = pair[1];
        CoprocessorKeys keys = CoprocessorKeys.load(new ClusterFolder(cluster).coprocessor(launch.replica()));
        daemon("test coprocessor", () -> serve(new LocalChannel(pair[1], pair[1]), keys, machine.counter));
        Pipe pipe = Pipe.open();
        LocalChannel out = new LocalChannel(Channels.newChannel(InputStream.nullInputStream()), pipe.sink());
        daemon("test watchdog", () -> listen(new LocalChannel(pipe.source(), pipe.sink())));
        host = new Assembly(launch, config).assemble(machine.folder, pair[0], out, fatal::add);
        loop = daemon("replica " + launch.replica(), () -> host.run(new byte[32], machine.rehearsed::get));
    }

    static Launch launch(Path cluster, int replica, long boot, long tick) {
        ClusterFolder folder = new ClusterFolder(cluster);
        return new Launch(replica, folder.config(), folder.rom(replica), folder.state(replica), boot, tick, tick);
    }

    private static SocketChannel[] pair(Path folder) throws IOException {
        Path path = folder.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            SocketChannel one = SocketChannel.open(UnixDomainSocketAddress.of(path));
            return new SocketChannel[] {one, server.accept()};
        } finally {
            Files.deleteIfExists(path);
        }
    }

    private interface Body {
        void run() throws Exception;
    }

    private Thread daemon(String name, Body body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (ClosedChannelException e) {
                        return;
                    } catch (Exception e) {
                        fatal.add(name + ": " + e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void serve(LocalChannel channel, CoprocessorKeys keys, AtomicLong counter) throws IOException {
        Optional<Frame> frame = channel.read();
        while (frame.isPresent()) {
            CoprocessorRequest request = CoprocessorRequest.decode(frame.get());
            CoprocessorReply reply = new CoprocessorReply.Unopenable();
            if (request instanceof CoprocessorRequest.Sign sign) {
                long count = counter.incrementAndGet();
                reply = new CoprocessorReply.Signed(
                        count, keys.sign().sign(Statement.bytes(sign.domain(), count, sign.payload())));
            } else if (request instanceof CoprocessorRequest.Open open) {
                Optional<byte[]> secret = keys.open().open(open.context(), open.sealed());
                reply = secret.isPresent() ? new CoprocessorReply.Opened(secret.get()) : reply;
            }
            channel.write(reply.encode());
            frame = channel.read();
        }
    }

    private void listen(LocalChannel channel) throws IOException {
        Optional<Frame> frame = channel.read();
        while (frame.isPresent()) {
            ReplicaReport report = ReplicaReport.decode(frame.get());
            if (report instanceof ReplicaReport.Claim claim) {
                synchronized (claims) {
                    claims.add(claim);
                }
            }
            reports.add(report);
            frame = channel.read();
        }
    }

    /** Whether a claim of this kind was made. */
    boolean claimed(String kind) {
        synchronized (claims) {
            return claims.stream().anyMatch(claim -> claim.kind().equals(kind));
        }
    }

    /** Waits for a report. */
    <T extends ReplicaReport> T await(Class<T> type, Predicate<T> which) throws InterruptedException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (System.nanoTime() < deadline) {
            ReplicaReport report = reports.poll(1, TimeUnit.SECONDS);
            if (type.isInstance(report) && which.test(type.cast(report))) {
                return type.cast(report);
            }
            if (!fatal.isEmpty()) {
                throw new AssertionError(fatal.peek());
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " within 60 s");
    }

    /** Whether a report of this type is there that nobody waited for yet. */
    boolean has(Class<? extends ReplicaReport> type) {
        return reports.stream().anyMatch(type::isInstance);
    }

    void order(WatchdogOrder order) {
        host.order(order);
    }

    /** Asks for a save, and waits until it is done. */
    void save(long nextTick) throws InterruptedException {
        order(new WatchdogOrder.Save(nextTick));
        await(ReplicaReport.SaveDone.class, done -> done.tick() == nextTick && done.durable());
    }

    /** Stops it, and waits until it has ended. */
    void stop() throws InterruptedException, IOException {
        order(new WatchdogOrder.Stop());
        loop.join(DEADLINE_NANOS / 1_000_000);
        if (loop.isAlive()) {
            throw new AssertionError("does not stop within 60 s");
        }
        coprocessorEnd.close();
    }

    /** The coprocessor dies. */
    void loseCoprocessor() throws IOException {
        coprocessorEnd.close();
    }
}
