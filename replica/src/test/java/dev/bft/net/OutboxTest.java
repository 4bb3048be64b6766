package dev.bft.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OutboxTest {

    @Test
    void whateverTheSocketTakesTheFramesComeOutWhole() throws CutException {
        Random random = new Random(42);
        Outbox outbox = new Outbox(10_000, 100 << 20, new Losses());
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] frame = new byte[1 + random.nextInt(3000)];
            random.nextBytes(frame);
            frames.add(frame);
            outbox.add(frame);
        }
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        while (!outbox.isEmpty()) {
            ByteBuffer buffer = ByteBuffer.allocate(1 + random.nextInt(5000));
            outbox.fill(buffer);
            int count = random.nextInt(buffer.position() + 1);
            taken.write(buffer.array(), 0, count);
            outbox.sent(count);
        }
        assertThat(outbox.memory()).isZero();
        assertThat(reassembled(taken.toByteArray(), random)).containsExactlyElementsOf(frames);
    }

    private static List<byte[]> reassembled(byte[] bytes, Random random) throws CutException {
        Inbox inbox = new Inbox(4096);
        List<byte[]> frames = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            ByteBuffer piece = ByteBuffer.wrap(bytes, at, Math.min(1 + random.nextInt(900), bytes.length - at));
            at += piece.remaining();
            while (piece.hasRemaining()) {
                if (inbox.announced(piece) > 0) {
                    Optional<byte[]> frame = inbox.frame(piece);
                    frame.ifPresent(frames::add);
                }
            }
        }
        return frames;
    }

    @Test
    void theOldestGoesButNeverOneThatHasBegun() {
        Losses losses = new Losses();
        Outbox outbox = new Outbox(3, 1 << 20, losses);
        for (int i = 0; i < 3; i++) {
            outbox.add(new byte[] {(byte) i});
        }
        outbox.sent(2);
        outbox.add(new byte[] {3});
        outbox.restart();
        ByteBuffer buffer = ByteBuffer.allocate(100);
        outbox.fill(buffer);
        assertThat(buffer.position()).isEqualTo(15);
        assertThat(new byte[] {buffer.get(4), buffer.get(9), buffer.get(14)}).containsExactly(0, 2, 3);
        assertThat(losses.counts()).containsEntry(Loss.QUEUE_FULL, 1L);
    }

    @Test
    void anInboxHoldsWhatCameInNotWhatWasAnnounced() throws CutException {
        Inbox inbox = new Inbox(2 << 20);
        ByteBuffer source = ByteBuffer.allocate(104).putInt(2 << 20).clear();
        assertThat(inbox.announced(source)).isEqualTo(2 << 20);
        assertThat(inbox.frame(source)).isEmpty();
        assertThat(inbox.memory()).isLessThanOrEqualTo(16 << 10);
    }
}
