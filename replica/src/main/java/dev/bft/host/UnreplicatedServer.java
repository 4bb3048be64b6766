package dev.bft.host;

import dev.bft.auth.MacKey;
import dev.bft.net.NetSettings;
import dev.bft.net.Transport;
import dev.bft.service.Call;
import dev.bft.service.Service;
import dev.bft.service.ServiceException;
import dev.bft.state.PagedState;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Reply;
import dev.bft.wire.SignedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The baseline that replication is measured against: the same service, frames and MACs on one process, without
 * agreement. With a log every operation is on disk before it is answered, those that came in together with one
 * sync.
 */
public final class UnreplicatedServer implements AutoCloseable {
    /** The cluster its frames name, and the key they are authenticated with: it is a yardstick, not a service. */
    public static final Cluster CLUSTER = new Cluster(new byte[Cluster.ID_BYTES], 0);

    private static final int KEY_ID = 1;

    private final Transport transport;
    private final PagedState state;
    private final Service service;
    private final Optional<FileChannel> log;
    private final MacKey key = key();
    private final List<Answer> answers = new ArrayList<>();
    private final InetSocketAddress address;
    private long time;

    private record Answer(long link, byte[] frame) {}

    /** A server on a free loopback port; {@link #run} serves. */
    public UnreplicatedServer(Service service, int pages, Optional<FileChannel> log) throws IOException {
        this.service = service;
        this.log = log;
        this.state = new PagedState((page, target) -> Arrays.fill(target, (byte) 0), 0, pages);
        state.recompute(0);
        service.format(state.service());
        transport = new Transport(NetSettings.standard(), bound -> 0);
        address = transport.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** The session key of every client. */
    public static MacKey key() {
        return new MacKey(KEY_ID, new byte[MacKey.BYTES]);
    }

    /** Serves until the thread is interrupted. */
    public void run() throws IOException {
        while (!Thread.currentThread().isInterrupted()) {
            transport.poll(100_000_000L, this::received);
            if (!answers.isEmpty()) {
                if (log.isPresent()) {
                    log.get().force(false);
                }
                for (Answer answer : answers) {
                    transport.send(answer.link, answer.frame);
                }
                answers.clear();
            }
        }
    }

    private void received(long link, byte[] frame) {
        try {
            SignedRequest request = SignedRequest.read(frame);
            Envelope envelope = request.envelope();
            boolean authentic = envelope.auth() instanceof Envelope.Macs macs
                    && key.verifies(envelope.digest(), macs.of(0).tag());
            if (authentic) {
                transport.trust(link, false);
                answers.add(new Answer(link, answer(request)));
            }
        } catch (MalformedException e) {
            // A stranger on the port of a yardstick: nothing to count, nothing to say.
            return;
        }
    }

    private byte[] answer(SignedRequest request) {
        log.ifPresent(file -> append(file, request.frame()));
        Reply reply = new Reply(
                0,
                request.request().session(),
                request.request().base(),
                request.request().number(),
                request.digest(),
                Reply.Outcome.OK,
                execute(request));
        byte[] open = Envelope.open(CLUSTER, 0, reply);
        Envelope.Mac mac = new Envelope.Mac(request.client(), KEY_ID, key.tag(Digest.of(open)));
        return Envelope.complete(open, new Envelope.Macs(List.of(mac)));
    }

    private byte[] execute(SignedRequest request) {
        // The contract of the time is the same as with agreement.
        time = Math.max(time + 1, WallClock.micros());
        Call call = new Call(request.client(), time, service.propose(state.service()));
        try {
            return service.execute(call, request.request().operation(), state.service());
        } catch (ServiceException e) {
            return new byte[0];
        }
    }

    private static void append(FileChannel file, byte[] record) {
        try {
            file.write(ByteBuffer.wrap(record));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the baseline's log cannot be written", e);
        }
    }

    @Override
    public void close() throws IOException {
        transport.close();
        if (log.isPresent()) {
            log.get().close();
        }
    }
}
