package dev.bft.watchdog.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalProtocolException;
import dev.bft.fuzz.Bounds;
import dev.bft.keystore.OpeningKey;
import dev.bft.keystore.SigningKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any frame between a monitor and a coprocessor: a message with one encoding, or refused. */
@Timeout(60)
final class MonitorChannelFuzz {
    /** The arithmetic of two curves beside a few short arrays. */
    private static final Bounds BOUNDS = new Bounds(256 << 10, 64);

    static Stream<byte[]> seeds() {
        SecureRandom random = new SecureRandom();
        CoprocessorIdentity identity = new CoprocessorIdentity(
                "0".repeat(32),
                3,
                SigningKey.generate(random).verifyKey(),
                OpeningKey.generate(random).sealingKey());
        return Stream.of(
                        new ControlMessage.Identify(),
                        new ControlMessage.NewChannel(7),
                        new ControlMessage.Accepted(Long.MAX_VALUE),
                        new ControlMessage.Identity(identity))
                .map(ControlMessage::encode)
                .map(MonitorChannelFuzz::bytes);
    }

    private static byte[] bytes(Frame frame) {
        byte[] bytes = new byte[1 + frame.body().length];
        bytes[0] = frame.type();
        System.arraycopy(frame.body(), 0, bytes, 1, frame.body().length);
        return bytes;
    }

    /** A type and a body. */
    @MethodSource("seeds")
    @FuzzTest
    void aFrameIsAMessageWithOneEncodingOrRefused(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Frame frame = new Frame(bytes[0], Arrays.copyOfRange(bytes, 1, bytes.length));
        Optional<Frame> again = BOUNDS.within(bytes.length, () -> again(frame));
        again.ifPresent(same -> assertThat(same).isEqualTo(frame));
    }

    private static Optional<Frame> again(Frame frame) {
        try {
            return Optional.of(ControlMessage.decode(frame).encode());
        } catch (LocalProtocolException e) {
            return Optional.empty();
        }
    }
}
