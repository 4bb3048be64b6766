package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalProtocolException;
import dev.bft.fuzz.Bounds;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any frame on a watchdog's control socket: a message that is read as it is written, or refused. */
@Timeout(60)
final class ControlFuzz {
    private static final Bounds BOUNDS = new Bounds(256 << 10, 64);
    private static final int FRAME_HEAD = Integer.BYTES;

    static Stream<byte[]> seeds() {
        return LocalMessages.control().stream().map(bytes -> Arrays.copyOfRange(bytes, FRAME_HEAD, bytes.length));
    }

    /** A type and a body. */
    @MethodSource("seeds")
    @FuzzTest
    void aFrameIsAMessageThatIsReadAsItIsWrittenOrRefused(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Frame frame = new Frame(bytes[0], Arrays.copyOfRange(bytes, 1, bytes.length));
        Optional<ControlMessage> message = BOUNDS.within(bytes.length, () -> read(frame));
        message.ifPresent(m -> assertThat(read(m.encode())).contains(m));
    }

    private static Optional<ControlMessage> read(Frame frame) {
        try {
            return Optional.of(ControlMessage.decode(frame));
        } catch (LocalProtocolException e) {
            return Optional.empty();
        }
    }
}
