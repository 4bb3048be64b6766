package dev.bft.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.fuzz.Bounds;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a frame: a message with one encoding, or malformed. */
@Timeout(60)
final class FrameFuzz {
    /** Objects weigh more than their bytes: an entry of 4 bytes becomes a boxed integer in a list. */
    private static final Bounds BOUNDS = new Bounds(64 << 10, 64);

    private static final int SEED_BYTES_MAX = 6000;
    private static final int SEEDS_OF_A_TYPE = 4;

    static Stream<byte[]> seeds() {
        Stream<byte[]> generated = Arrays.stream(Message.Type.values()).flatMap(FrameFuzz::generated);
        return Stream.concat(Samples.frames().values().stream(), generated);
    }

    private static Stream<byte[]> generated(Message.Type type) {
        return Stream.iterate(0L, seed -> seed + 1)
                .map(seed -> new Generated(seed).frame(type))
                .filter(frame -> frame.length <= SEED_BYTES_MAX)
                .limit(SEEDS_OF_A_TYPE);
    }

    @MethodSource("seeds")
    @FuzzTest
    void aFrameHasOneEncodingOrIsMalformed(byte[] frame) {
        Optional<Envelope> envelope = BOUNDS.within(frame.length, () -> read(frame));
        envelope.ifPresent(e -> assertThat(CodecPropertyTest.written(e)).isEqualTo(frame));
    }

    private static Optional<Envelope> read(byte[] frame) {
        try {
            return Optional.of(Envelope.read(frame));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }
}
