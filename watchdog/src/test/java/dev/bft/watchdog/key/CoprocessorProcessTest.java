package dev.bft.watchdog.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.coprocessor.Coprocessor;
import dev.bft.coprocessor.CoprocessorReply.Signed;
import dev.bft.coprocessor.CoprocessorRequest;
import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.RefusedException;
import dev.bft.keystore.CoprocessorKeys;
import dev.bft.keystore.CounterFile;
import dev.bft.keystore.Statement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The coprocessor as a process of its own, with a monitor and with replicas that ask for more than they may. */
@Timeout(120)
final class CoprocessorProcessTest {

    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTEXT = "context".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path temp;

    private Path folder = Path.of("");
    private CoprocessorKeys keys = CoprocessorProcess.newKeys();

    @BeforeEach
    void makeFolder() throws IOException {
        folder = temp.resolve("coprocessor");
        CoprocessorProcess.makeFolder(folder, keys);
    }

    @Test
    void itSignsAndOpensForAReplica() throws Exception {
        try (CoprocessorProcess process = CoprocessorProcess.start(folder);
                Coprocessor coprocessor = CoprocessorProcess.client(process.boot(1))) {
            Signed signed = coprocessor.sign(Statement.NEW_KEY, PAYLOAD);
            assertThat(isSigned(Statement.NEW_KEY, signed)).isTrue();

            byte[] sealed = keys.open().sealingKey().seal(CONTEXT, PAYLOAD, new byte[32]);
            assertThat(coprocessor.open(CONTEXT, sealed)).contains(PAYLOAD);
            assertThat(coprocessor.open(PAYLOAD, sealed)).isEmpty();
            assertThat(coprocessor.open(CONTEXT, PAYLOAD)).isEmpty();
        }
    }

    @Test
    void whatIsSignedDependsOnTheChannel() throws Exception {
        try (CoprocessorProcess process = CoprocessorProcess.start(folder);
                Coprocessor replica = CoprocessorProcess.client(process.boot(1))) {
            for (int domain = 0; domain < 256; domain++) {
                byte asked = (byte) domain;
                if (asked != Statement.NEW_KEY) {
                    assertThatThrownBy(() -> replica.sign(asked, PAYLOAD)).isInstanceOf(RefusedException.class);
                }
                if (asked == Statement.RECOVERY || asked == Statement.BOOT) {
                    assertThat(isSigned(asked, process.control().sign(asked, PAYLOAD)))
                            .isTrue();
                } else {
                    assertThatThrownBy(() -> process.control().sign(asked, PAYLOAD))
                            .isInstanceOf(RefusedException.class);
                }
            }
            assertThat(isSigned(Statement.NEW_KEY, replica.sign(Statement.NEW_KEY, PAYLOAD)))
                    .isTrue();
        }
    }

    @Test
    void itTellsTheMonitorWhoseKeysItHolds() throws Exception {
        try (CoprocessorProcess process = CoprocessorProcess.start(folder)) {
            CoprocessorIdentity identity = process.control().identity();
            assertThat(identity.clusterId()).isEqualTo(keys.clusterId());
            assertThat(identity.replica()).isEqualTo(keys.replica());
            assertThat(identity.sign()).isEqualTo(keys.sign().verifyKey());
            assertThat(identity.open()).isEqualTo(keys.open().sealingKey());
        }
    }

    @Test
    void aNewBootEndsTheOldBootsChannel() throws Exception {
        try (CoprocessorProcess process = CoprocessorProcess.start(folder);
                FdSocket old = process.boot(1);
                FdSocket young = process.boot(2)) {
            assertThat(old.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThatThrownBy(() -> CoprocessorProcess.client(old).sign(Statement.NEW_KEY, PAYLOAD))
                    .isInstanceOf(IOException.class);
            assertThat(CoprocessorProcess.client(young).sign(Statement.NEW_KEY, PAYLOAD))
                    .isNotNull();
        }
    }

    @Test
    void aFloodOfRequestsIsSlowedDownAndStarvesNobody() throws Exception {
        try (CoprocessorProcess process = CoprocessorProcess.start(folder);
                FdSocket socket = process.boot(1)) {
            Thread flood = new Thread(() -> flood(socket));
            flood.start();
            LocalChannel replies = new LocalChannel(socket, socket);
            long start = System.nanoTime();
            for (int i = 0; i < 600; i++) {
                assertThat(replies.read()).isPresent();
                if (i % 100 == 0) {
                    assertThat(process.control().sign(Statement.BOOT, PAYLOAD)).isNotNull();
                }
            }
            // 400 at once, then 200 a second: the other 200 take a second.
            assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));

            try (Coprocessor next = CoprocessorProcess.client(process.boot(2))) {
                assertThat(next.sign(Statement.NEW_KEY, PAYLOAD)).isNotNull();
            }
            flood.join();
        }
    }

    @Test
    void brokenFramesEndTheirChannelAndNothingElse() throws Exception {
        byte[][] broken = {
            {0, 0, 0, 0},
            {0, 1, 0, 1, 1},
            {(byte) 0xff, 0, 0, 0, 1},
            {0, 0, 0, 1, 9},
            {0, 0, 0, 2, 1, 1},
            {0, 0, 0, 3, 17, 0, 0},
            {0, 0, 0, 7, 1, 1, 0, 0, 0, 0, 5},
            LocalChannel.encode(new Frame((byte) 16, new byte[0])).array(),
        };
        try (CoprocessorProcess process = CoprocessorProcess.start(folder)) {
            for (byte[] bytes : broken) {
                try (FdSocket socket = process.boot(1)) {
                    socket.write(ByteBuffer.wrap(bytes));
                    assertThat(socket.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                }
            }
            try (Coprocessor coprocessor = CoprocessorProcess.client(process.boot(2))) {
                assertThat(coprocessor.sign(Statement.NEW_KEY, PAYLOAD)).isNotNull();
            }
            assertThat(process.log().lines()).hasSize(broken.length);
        }
    }

    @Test
    void framesInPiecesAndSeveralAtOnceAreServedInOrder() throws Exception {
        byte[] one = LocalChannel.encode(new CoprocessorRequest.Sign(Statement.NEW_KEY, PAYLOAD).encode())
                .array();
        try (CoprocessorProcess process = CoprocessorProcess.start(folder);
                FdSocket socket = process.boot(1)) {
            for (byte b : one) {
                socket.write(ByteBuffer.wrap(new byte[] {b}));
            }
            socket.write(ByteBuffer.allocate(2 * one.length).put(one).put(one).flip());
            LocalChannel replies = new LocalChannel(socket, socket);
            for (int i = 0; i < 3; i++) {
                assertThat(replies.read())
                        .hasValueSatisfying(f -> assertThat(f.type()).isEqualTo((byte) 1));
            }
        }
    }

    @Test
    void descriptorsSentByAReplicaAreDropped() throws Exception {
        try (CoprocessorProcess process = CoprocessorProcess.start(folder);
                FdSocket socket = process.boot(1)) {
            byte[] rest = LocalChannel.encode(new CoprocessorRequest.Sign(Statement.NEW_KEY, PAYLOAD).encode())
                    .array();
            process.control().identity();
            int before = descriptorCount(process);
            // The byte that carries the descriptor is zero, as is the first byte of a frame.
            FdPassing.sendFd(socket.descriptor(), socket.descriptor());
            socket.write(ByteBuffer.wrap(rest, 1, rest.length - 1));
            assertThat(new LocalChannel(socket, socket).read()).isPresent();
            assertThat(descriptorCount(process)).isEqualTo(before);
        }
    }

    @Test
    void theCounterNeverRepeatsAcrossKillsOfTheProcess() throws Exception {
        long last = 0;
        for (int round = 0; round < 3; round++) {
            try (CoprocessorProcess process = CoprocessorProcess.start(folder);
                    Coprocessor coprocessor = CoprocessorProcess.client(process.boot(round))) {
                for (int i = 0; i < 70; i++) {
                    long counter = coprocessor.sign(Statement.NEW_KEY, PAYLOAD).counter();
                    assertThat(counter).isGreaterThan(last);
                    last = counter;
                }
                process.kill();
            }
        }
    }

    @Test
    void itEndsWithTheMonitor() throws Exception {
        try (CoprocessorProcess process = CoprocessorProcess.start(folder);
                FdSocket socket = process.boot(1)) {
            process.control().close();
            assertThat(process.awaitEnd()).isEqualTo("exit code 0");
            assertThat(socket.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws Exception {
        Path key = folder.resolve(CoprocessorKeys.NAME);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        try (CoprocessorProcess process = CoprocessorProcess.start(folder)) {
            assertThat(process.awaitEnd()).isEqualTo("exit code 3");
            assertThat(process.log()).contains("coprocessor: " + key).contains("chmod 600");
            assertThatThrownBy(() -> process.control().identity()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aLostCounterIsNotGuessed() throws Exception {
        Path counter = folder.resolve(CounterFile.NAME);
        Files.delete(counter);
        try (CoprocessorProcess process = CoprocessorProcess.start(folder)) {
            assertThat(process.awaitEnd()).isEqualTo("exit code 3");
            assertThat(process.log()).contains(counter + ": there is no counter file");
        }
        Files.write(counter, new byte[8192]);
        try (CoprocessorProcess process = CoprocessorProcess.start(folder)) {
            assertThat(process.awaitEnd()).isEqualTo("exit code 3");
            assertThat(process.log()).contains(counter + ": neither slot of the counter is valid");
        }
    }

    @Test
    void twoCoprocessorsDoNotShareACounter() throws Exception {
        try (CoprocessorProcess first = CoprocessorProcess.start(folder)) {
            first.control().identity();
            try (CoprocessorProcess second = CoprocessorProcess.start(folder)) {
                assertThat(second.awaitEnd()).isEqualTo("exit code 3");
                assertThat(second.log()).contains("another coprocessor uses");
            }
        }
    }

    @Test
    void itsMemoryIsItsOwnAndLeavesNoCoreFile() throws Exception {
        try (CoprocessorProcess process = CoprocessorProcess.start(folder)) {
            process.control().identity();
            Path proc = Path.of("/proc/" + process.child().pid());
            assertThat(Files.readString(proc.resolve("limits")).replaceAll(" +", " "))
                    .contains("Max core file size 0 0 bytes");
            // The files of an undumpable process belong to root, whoever runs it.
            assertThat(Files.getAttribute(proc.resolve("mem"), "unix:uid")).isEqualTo(0);
        }
    }

    private boolean isSigned(byte domain, Signed signed) {
        byte[] statement = Statement.bytes(domain, signed.counter(), PAYLOAD);
        return keys.sign().verifyKey().verify(statement, signed.signature());
    }

    private static void flood(FdSocket socket) {
        Frame request = new CoprocessorRequest.Sign(Statement.NEW_KEY, PAYLOAD).encode();
        LocalChannel channel = new LocalChannel(socket, socket);
        try {
            for (int i = 0; i < 1_000_000; i++) {
                channel.write(request);
            }
        } catch (IOException e) {
            // The next boot ends this channel, as it must.
            socket.shutdown();
        }
    }

    private static int descriptorCount(CoprocessorProcess process) {
        String[] names =
                Path.of("/proc/" + process.child().pid() + "/fd").toFile().list();
        return names == null ? -1 : names.length;
    }
}
