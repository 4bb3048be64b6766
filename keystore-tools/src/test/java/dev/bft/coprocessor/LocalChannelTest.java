package dev.bft.coprocessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.coprocessor.CoprocessorReply.Signed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LocalChannelTest {

    private static final byte[] NOTHING = {};

    @Test
    void aFrameIsLengthTypeBody() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LocalChannel channel = LocalChannel.of(InputStream.nullInputStream(), out)) {
            channel.write(new Frame((byte) 5, new byte[] {1, 2, 3}));
        }
        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo("00000004" + "05" + "010203");
    }

    @Test
    void framesOfAllSizesSurvive() throws Exception {
        for (int length : new int[] {0, 1, 2, 4095, 4096, LocalChannel.BODY_BYTES_MAX}) {
            byte[] body = new byte[length];
            new Random(length).nextBytes(body);
            Frame frame = new Frame((byte) -1, body);
            byte[] bytes = LocalChannel.encode(frame).array();
            try (LocalChannel channel = reading(bytes)) {
                assertThat(channel.read()).contains(frame);
                assertThat(channel.read()).isEmpty();
            }
        }
    }

    @Test
    void aFrameThatIsTooLongIsNotWritten() {
        Frame frame = new Frame((byte) 1, new byte[LocalChannel.BODY_BYTES_MAX + 1]);
        assertThatThrownBy(() -> LocalChannel.encode(frame)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anImpossibleLengthIsRefusedBeforeAnythingIsRead() throws Exception {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, LocalChannel.LENGTH_MAX + 1, Integer.MAX_VALUE}) {
            byte[] bytes = ByteBuffer.allocate(8).putInt(length).array();
            try (LocalChannel channel = reading(bytes)) {
                assertThatThrownBy(channel::read)
                        .isInstanceOf(LocalProtocolException.class)
                        .hasMessageContaining("its length is " + length);
            }
        }
    }

    @Test
    void anEndInsideAFrameIsAnErrorAndAtItsEdgeIsNot() throws Exception {
        byte[] bytes = LocalChannel.encode(new Frame((byte) 1, new byte[] {1, 2, 3, 4}))
                .array();
        for (int length = 0; length < bytes.length; length++) {
            try (LocalChannel channel = reading(Arrays.copyOf(bytes, length))) {
                if (length == 0) {
                    assertThat(channel.read()).isEmpty();
                } else {
                    assertThatThrownBy(channel::read).isInstanceOf(LocalProtocolException.class);
                }
            }
        }
    }

    @Test
    void randomBytesAreReadOrRefusedAndNeverMore() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            if (bytes.length > 4 && i % 2 == 0) {
                Arrays.fill(bytes, 0, 3, (byte) 0);
                bytes[3] = (byte) random.nextInt(32);
            }
            try (LocalChannel channel = reading(bytes)) {
                while (channel.read().isPresent()) {
                    assertThat(bytes.length).isGreaterThan(4);
                }
            } catch (LocalProtocolException e) {
                assertThat(e).hasMessageContaining("frame");
            }
        }
    }

    @Test
    void framesOfSeveralThreadsDoNotMix() throws Exception {
        Pipe pipe = Pipe.open();
        try (LocalChannel channel = new LocalChannel(pipe.source(), pipe.sink())) {
            for (int i = 0; i < 4; i++) {
                byte type = (byte) i;
                new Thread(() -> writeMany(channel, type)).start();
            }
            for (int i = 0; i < 4 * 50; i++) {
                Frame frame = channel.read().orElseThrow();
                assertThat(frame.body()).hasSize(10_000).containsOnly(frame.type());
            }
        }
    }

    @Test
    void aCoprocessorThatAnswersWronglyIsAnError() throws Exception {
        byte[] opened = LocalChannel.encode(new CoprocessorReply.Opened(NOTHING).encode())
                .array();
        byte[] signed = LocalChannel.encode(new Signed(1, NOTHING).encode()).array();
        byte[] refused = LocalChannel.encode(new CoprocessorReply.Refused("not here").encode())
                .array();
        try (Coprocessor coprocessor = new Coprocessor(reading(opened))) {
            assertThatThrownBy(() -> coprocessor.sign((byte) 1, NOTHING)).isInstanceOf(LocalProtocolException.class);
            assertThatThrownBy(() -> coprocessor.sign((byte) 1, NOTHING)).isInstanceOf(EOFException.class);
        }
        try (Coprocessor coprocessor = new Coprocessor(reading(signed))) {
            assertThatThrownBy(() -> coprocessor.open(NOTHING, NOTHING)).isInstanceOf(LocalProtocolException.class);
        }
        try (Coprocessor coprocessor = new Coprocessor(reading(refused))) {
            assertThatThrownBy(() -> coprocessor.sign((byte) 2, NOTHING))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("not here");
        }
    }

    private static LocalChannel reading(byte[] bytes) {
        return LocalChannel.of(new ByteArrayInputStream(bytes), new ByteArrayOutputStream());
    }

    private static void writeMany(LocalChannel channel, byte type) {
        byte[] body = new byte[10_000];
        Arrays.fill(body, type);
        try {
            for (int i = 0; i < 50; i++) {
                channel.write(new Frame(type, body));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
