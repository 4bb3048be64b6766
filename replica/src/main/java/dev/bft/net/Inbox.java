package dev.bft.net;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts the bytes of one link into frames: 4 bytes of length, big-endian, then the frame.
 *
 * <p>Memory grows with what came in, never with what was announced.
 */
final class Inbox {
    private static final int HEADER = 4;
    private static final int FIRST_ROOM = 16 << 10;
    private static final byte[] NONE = new byte[0];

    private final int frameMax;
    private final byte[] header = new byte[HEADER];
    private int headerHave;
    private int length;
    private byte[] body = NONE;
    private int bodyHave;

    Inbox(int frameMax) {
        this.frameMax = frameMax;
    }

    /** The length of the frame that has begun; 0 if its length is not known yet. */
    int announced(ByteBuffer source) throws CutException {
        while (headerHave < HEADER && source.hasRemaining()) {
            header[headerHave++] = source.get();
        }
        if (headerHave < HEADER) {
            return 0;
        }
        if (length == 0) {
            length = ByteBuffer.wrap(header).getInt();
            if (length <= 0 || length > frameMax) {
                throw new CutException(Loss.BAD_LENGTH);
            }
        }
        return length;
    }

    /** The frame that was announced, once all of it is there. */
    Optional<byte[]> frame(ByteBuffer source) {
        int take = Math.min(length - bodyHave, source.remaining());
        makeRoom(bodyHave + take);
        source.get(body, bodyHave, take);
        bodyHave += take;
        if (bodyHave < length) {
            return Optional.empty();
        }
        byte[] frame = body;
        headerHave = 0;
        length = 0;
        body = NONE;
        bodyHave = 0;
        return Optional.of(frame);
    }

    private void makeRoom(int size) {
        if (size == length && bodyHave == 0) {
            body = new byte[length];
        } else if (size > body.length) {
            int room = Math.max(Math.max(size, FIRST_ROOM), 2 * body.length);
            body = Arrays.copyOf(body, Math.min(length, room));
        }
    }

    /** Whether a frame has begun and not ended. */
    boolean isMidFrame() {
        return headerHave > 0;
    }

    /** The bytes of memory held. */
    int memory() {
        return body.length;
    }
}
