package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.LocalProtocolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A watchdog as a process, with operators and replicas that send anything: it goes on, and serves the next one. */
@Timeout(300)
final class HostilePeersTest {

    private static final long SEED = 4711;
    private static final int CONNECTIONS = 3000;
    private static final int SILENT = 40;
    private static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    /** Connections under way, and whatever the JVM opens late. */
    private static final int DESCRIPTORS_MORE_MAX = 20;

    @TempDir
    Path folder;

    private RunningWatchdog watchdog;

    @BeforeEach
    void start() throws Exception {
        watchdog = RunningWatchdog.start(folder.resolve("c"), "good");
    }

    @AfterEach
    void end() throws Exception {
        watchdog.end();
    }

    @Test
    void thousandsOfHostileConnectionsChangeNothing() throws Exception {
        WatchdogStatus before = watchdog.awaitReady();
        long descriptors = descriptors();
        Mutation mutation = new Mutation(new Random(SEED));
        List<byte[]> valid = LocalMessages.control();
        int sent = 0;
        while (sent < CONNECTIONS) {
            byte[] bytes = mutation.of(valid);
            if (!isOrder(bytes)) {
                exchange(bytes, sent);
                sent++;
            }
        }
        WatchdogStatus after = watchdog.client().status();
        assertThat(after.phase()).isEqualTo(ReplicaPhase.READY);
        assertThat(after.process().pid()).isEqualTo(before.process().pid());
        assertThat(after.watchdog().pid()).isEqualTo(before.watchdog().pid());
        assertThat(after.bootSeq()).isEqualTo(before.bootSeq());
        assertThat(descriptors()).isLessThan(descriptors + DESCRIPTORS_MORE_MAX);
    }

    @Test
    void peersThatSayNothingAreCutOffAndTheNextIsServed() throws Exception {
        watchdog.awaitReady();
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i < SILENT; i++) {
                silent.add(connect());
            }
            assertThat(watchdog.client().status().phase()).isEqualTo(ReplicaPhase.READY);
            assertThat(silent.get(0).read(ByteBuffer.allocate(1))).as("cut off").isNegative();
        } finally {
            for (SocketChannel peer : silent) {
                peer.close();
            }
        }
    }

    @Test
    void aReplicaThatSpeaksNoneOfOurLanguageIsKilledAndBootedAgain() throws Exception {
        WatchdogStatus before = watchdog.awaitReady();
        watchdog.behave("garbage");
        RunningWatchdog.kill(before.process().pid());
        watchdog.await(at -> at.bootSeq() >= before.bootSeq() + 2);
        assertThat(watchdog.said()).contains("it says what is no report");
        watchdog.behave("good");
        WatchdogStatus after = watchdog.awaitReady();
        assertThat(after.watchdog().pid()).isEqualTo(before.watchdog().pid());
    }

    @Test
    void aReplicaThatSaysAnythingItMayHoldsUpNobody() throws Exception {
        WatchdogStatus before = watchdog.awaitReady();
        watchdog.behave("babble");
        RunningWatchdog.kill(before.process().pid());
        WatchdogStatus babbling = watchdog.await(at -> at.phase() == ReplicaPhase.READY
                && at.process().pid() != before.process().pid());
        WatchdogStatus later = watchdog.await(
                at -> at.claim().filter(claim -> claim.executed() == 42).isPresent());
        assertThat(later.process().pid()).isEqualTo(babbling.process().pid());
        assertThat(later.tick()).isEqualTo(before.tick());
        assertThat(watchdog.said()).doesNotContain("\u001b");
        watchdog.client().recoverNow("after the babble", IfNotSaved.REFUSE, DEADLINE, step -> {});
        assertThat(watchdog.awaitReady().watchdog().pid())
                .isEqualTo(before.watchdog().pid());
    }

    /** What would be obeyed, and rightly: a mutation may leave a good order. */
    private static boolean isOrder(byte[] bytes) throws IOException {
        try (LocalChannel channel = LocalChannel.of(new ByteArrayInputStream(bytes), OutputStream.nullOutputStream())) {
            Optional<Frame> frame = channel.read();
            ControlMessage message =
                    frame.isEmpty() ? new ControlMessage.Stopped() : ControlMessage.decode(frame.get());
            return message instanceof ControlMessage.StopAsked || message instanceof ControlMessage.RecoverAsked;
        } catch (LocalProtocolException e) {
            return false;
        }
    }

    /** Sends this and nothing more, and takes what is answered until the watchdog hangs up. */
    private void exchange(byte[] bytes, int which) throws IOException {
        try (SocketChannel peer = connect()) {
            ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
            try {
                peer.write(ByteBuffer.wrap(bytes));
                peer.shutdownOutput();
                while (peer.read(answer) >= 0) {
                    assertThat(answer.hasRemaining())
                            .as("seed %d, connection %d", SEED, which)
                            .isTrue();
                }
            } catch (IOException e) {
                // It hung up on what was still unread: that is an answer too.
                assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
            }
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel peer = SocketChannel.open(StandardProtocolFamily.UNIX);
        peer.connect(UnixDomainSocketAddress.of(watchdog.home().resolve("watchdog.sock")));
        return peer;
    }

    private long descriptors() throws IOException {
        try (Stream<Path> open =
                Files.list(Path.of("/proc/" + watchdog.process().pid() + "/fd"))) {
            return open.count();
        }
    }
}
