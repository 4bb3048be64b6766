package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalProtocolException;
import dev.bft.fuzz.Bounds;
import java.nio.charset.StandardCharsets;
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
        String wide = "x".repeat(255) + "\ud83d\ude80";
        Frame cut = new ControlMessage.RecoverAsked("", IfNotSaved.KILL).encode();
        byte[] reason = wide.getBytes(StandardCharsets.UTF_8);
        byte[] tooLong = new byte[1 + 4 + reason.length + 1];
        tooLong[0] = cut.type();
        tooLong[3] = (byte) (reason.length >> 8);
        tooLong[4] = (byte) reason.length;
        System.arraycopy(reason, 0, tooLong, 5, reason.length);
        return Stream.concat(
                Stream.of(tooLong),
                LocalMessages.control().stream().map(bytes -> Arrays.copyOfRange(bytes, FRAME_HEAD, bytes.length)));
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
