package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Envelope;
import dev.bft.wire.Message;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HushTest {
    private static final long MILLI = 1_000_000L;
    private static final byte[] PREPARE = frame(Message.Type.PREPARE);

    private final Hush hush = new Hush();

    private static byte[] frame(Message.Type type) {
        byte[] frame = new byte[Envelope.HEADER];
        frame[3] = (byte) type.code();
        return frame;
    }

    private long sent(int replica, int count, long now) {
        return IntStream.range(0, count)
                .filter(i -> hush.lets(replica, PREPARE, now))
                .count();
    }

    @Test
    void whoIsHeardIsToldAll() {
        hush.silent(List.of(1));
        assertThat(sent(2, 1000, 0)).isEqualTo(1000);
        assertThat(hush.held()).isZero();
    }

    @Test
    void whoIsSilentIsToldLittleButKeysAndQuestions() {
        hush.silent(List.of(1));
        assertThat(sent(1, 1000, 0)).isEqualTo(64);
        hush.silent(List.of(1, 3));
        assertThat(sent(1, 10, 30 * MILLI)).isEqualTo(3);
        assertThat(hush.held()).isEqualTo(936 + 7);
        assertThat(hush.lets(1, frame(Message.Type.NEW_KEY), 30 * MILLI)).isTrue();
        assertThat(hush.lets(1, frame(Message.Type.STATUS), 30 * MILLI)).isTrue();
        assertThat(hush.lets(1, frame(Message.Type.STATUS_PENDING), 30 * MILLI)).isTrue();
    }

    @Test
    void whoIsHeardAgainIsToldAllAgain() {
        hush.silent(List.of(1));
        sent(1, 1000, 0);
        hush.silent(List.of());
        assertThat(sent(1, 1000, 0)).isEqualTo(1000);
        hush.silent(List.of(1));
        assertThat(sent(1, 1000, 0)).isEqualTo(64);
    }
}
