package dev.bft.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for all bytes: one encoding for each message, and nothing but MalformedException for the rest. */
final class CodecPropertyTest {
    /** Objects weigh more than their bytes: a page index of 4 bytes becomes a boxed integer in a list. */
    private static final long BYTES_PER_BYTE = 64;

    private static final long BYTES_ANYWAY = 64 << 10;
    private static final int[] EXTREMES = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 20, 1 << 16, 255, 32};

    @ParameterizedTest
    @EnumSource(Message.Type.class)
    void whatIsWrittenIsReadBackToTheSameBytes(Message.Type type) throws MalformedException {
        for (long seed = 0; seed < 300; seed++) {
            byte[] frame = new Generated(seed).frame(type);
            Envelope envelope = Envelope.read(frame);
            assertThat(envelope.message().type()).isEqualTo(type);
            assertThat(written(envelope)).as("seed %s", seed).isEqualTo(frame);
        }
    }

    @ParameterizedTest
    @EnumSource(Message.Type.class)
    void aFrameCutAnywhereIsMalformed(Message.Type type) {
        for (long seed = 0; seed < 5; seed++) {
            byte[] frame = new Generated(seed).frame(type);
            for (int length = 0; length < frame.length; length += frame.length > 5_000 ? 97 : 1) {
                byte[] cut = Arrays.copyOf(frame, length);
                assertThat(read(cut))
                        .as("seed %s cut to %s bytes", seed, length)
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Message.Type.class)
    void aFrameWithOneByteMoreIsMalformed(Message.Type type) {
        for (long seed = 0; seed < 5; seed++) {
            byte[] frame = new Generated(seed).frame(type);
            for (int extra = 0; extra < 256; extra++) {
                byte[] longer = Arrays.copyOf(frame, frame.length + 1);
                longer[frame.length] = (byte) extra;
                assertThat(read(longer)).as("seed %s and byte %s", seed, extra).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Message.Type.class)
    void aBodyWithOneByteMoreIsMalformed(Message.Type type) {
        for (long seed = 0; seed < 20; seed++) {
            Message message = new Generated(seed).message(type);
            Out out = new Out(1000)
                    .fixed(Envelope.open(Generated.CLUSTER, 1, message))
                    .u8(0);
            out.patch(Envelope.HEADER - 4, out.size() - Envelope.HEADER);
            assertThat(read(out.u8(0).toBytes())).as("seed %s", seed).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void changedFramesAreRefusedOrStillHaveOneEncoding(long seed) {
        Random random = new Random(seed);
        Generated generated = new Generated(seed);
        int accepted = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] frame = changed(generated.frame(), random);
            Optional<Envelope> envelope = read(frame);
            if (envelope.isPresent()) {
                accepted++;
                assertThat(written(envelope.get()))
                        .as("seed %s change %s", seed, i)
                        .isEqualTo(frame);
            }
        }
        assertThat(accepted).isBetween(100, 4_900);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomBodiesAreRefusedOrStillHaveOneEncoding(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = new byte[random.nextInt(200)];
            random.nextBytes(frame);
            if (frame.length > Envelope.HEADER && i % 2 == 0) {
                byte[] head = Generated.frame(new KeyAsk());
                System.arraycopy(head, 0, frame, 0, Envelope.HEADER);
                frame[3] = (byte) (1 + random.nextInt(Message.Type.values().length));
                frame[Envelope.HEADER - 1] = (byte) random.nextInt(frame.length);
            }
            Optional<Envelope> envelope = read(frame);
            if (envelope.isPresent()) {
                assertThat(written(envelope.get()))
                        .as("seed %s frame %s", seed, i)
                        .isEqualTo(frame);
            }
        }
    }

    @Test
    void noLengthInAFrameMakesRoomForMoreThanTheFrameHolds() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (long seed = 0; seed < 60; seed++) {
            byte[] frame = new Generated(seed).frame();
            for (int at = 0; at + 4 <= Math.min(frame.length, 300); at++) {
                byte[] bad = frame.clone();
                put(bad, at, EXTREMES[(int) ((at + seed) % EXTREMES.length)]);
                read(bad); // The first time classes may be loaded.
                long before = threads.getCurrentThreadAllocatedBytes();
                read(bad);
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                if (allocated > BYTES_PER_BYTE * bad.length + BYTES_ANYWAY) {
                    fail("seed " + seed + " changed at " + at + ": " + allocated + " bytes for " + bad.length);
                }
            }
        }
    }

    private static byte[] changed(byte[] frame, Random random) {
        byte[] bytes = frame.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> put(bytes, at, EXTREMES[random.nextInt(EXTREMES.length)]);
                case 3 -> bytes = Arrays.copyOf(bytes, at + 1);
                default -> bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
            }
        }
        return bytes;
    }

    private static void put(byte[] bytes, int at, int value) {
        for (int i = 0; i < 4 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> (24 - 8 * i));
        }
    }

    /** Anything thrown but MalformedException fails the test. */
    private static Optional<Envelope> read(byte[] frame) {
        try {
            return Optional.of(Envelope.read(frame));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** The frame that says the same as this one. */
    static byte[] written(Envelope envelope) {
        In in = new In(envelope.frame());
        try {
            in.skip(4);
            Cluster cluster = new Cluster(in.fixed(Cluster.ID_BYTES), in.i32());
            assertThat(envelope.isOf(cluster)).isTrue();
            return Envelope.complete(Envelope.open(cluster, envelope.sender(), envelope.message()), envelope.auth());
        } catch (MalformedException e) {
            return fail("a frame that was read has a header", e);
        }
    }
}
