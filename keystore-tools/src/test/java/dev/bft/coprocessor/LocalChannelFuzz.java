package dev.bft.coprocessor;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.fuzz.Bounds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes on a local channel: frames, of which each is a message with one encoding, or refused. */
@Timeout(60)
final class LocalChannelFuzz {
    /** Beside the frames a longest one that was promised; objects weigh more than their bytes. */
    private static final Bounds BOUNDS = new Bounds(4L * LocalChannel.LENGTH_MAX, 64);

    /** The families of messages: a frame of one may be read as one of another. */
    private static final List<Codec<?>> CODECS = List.of(
            new Codec<>(CoprocessorRequest::decode, CoprocessorRequest::encode),
            new Codec<>(CoprocessorReply::decode, CoprocessorReply::encode),
            new Codec<>(ReplicaReport::decode, ReplicaReport::encode),
            new Codec<>(WatchdogOrder::decode, WatchdogOrder::encode));

    /** Makes a message of a frame. */
    private interface Reader<T> {
        T read(Frame frame) throws LocalProtocolException;
    }

    /** How messages of one family are read and written. */
    private record Codec<T>(Reader<T> reader, Function<T, Frame> writer) {
        /** The frame of the message in this frame; empty if there is none. */
        Optional<Frame> again(Frame frame) {
            try {
                return Optional.of(writer.apply(reader.read(frame)));
            } catch (LocalProtocolException e) {
                return Optional.empty();
            }
        }
    }

    static Stream<byte[]> seeds() {
        List<byte[]> each = MessagesTest.golden()
                .map(golden -> LocalChannel.encode(golden.frame()).array())
                .toList();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        each.forEach(all::writeBytes);
        Stream<byte[]> others = Stream.of(all.toByteArray(), new byte[] {0, 1, 0, 0}, new byte[] {-1, -1, -1, -1, 1});
        return Stream.concat(each.stream(), others);
    }

    @MethodSource("seeds")
    @FuzzTest
    void aFrameIsAMessageWithOneEncodingOrRefused(byte[] bytes) {
        for (Frame frame : BOUNDS.within(bytes.length, () -> frames(bytes))) {
            for (Codec<?> codec : CODECS) {
                Optional<Frame> again = BOUNDS.within(frame.body().length, () -> codec.again(frame));
                again.ifPresent(same -> assertThat(same).isEqualTo(frame));
            }
        }
    }

    private static List<Frame> frames(byte[] bytes) {
        List<Frame> frames = new ArrayList<>();
        try (LocalChannel channel = LocalChannel.of(new ByteArrayInputStream(bytes), OutputStream.nullOutputStream())) {
            for (Optional<Frame> next = channel.read(); next.isPresent(); next = channel.read()) {
                frames.add(next.get());
            }
        } catch (LocalProtocolException e) {
            // Refused; what came before counts.
        } catch (IOException e) {
            throw new AssertionError("bytes in memory do not break", e);
        }
        return frames;
    }

    static Stream<byte[]> texts() {
        String wide = "\ud83d\ude80";
        return Stream.of("ready", "x".repeat(511) + wide, "x".repeat(31) + wide, "\u20ac".repeat(600))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("texts")
    @FuzzTest
    void whatAReplicaSaysIsReadAsItWasSaid(byte[] bytes) throws LocalProtocolException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        ReplicaReport said = new ReplicaReport.Claim(text, text);
        assertThat(ReplicaReport.decode(said.encode())).isEqualTo(said);
    }
}
