package dev.bft.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes at a position, whole. */
final class Writes {
    private static final int PIECE = 64 << 10;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PIECE).asReadOnlyBuffer();

    private Writes() {}

    /** Writes all that remains in the buffer. */
    static void all(FileChannel file, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }

    /** Writes zeros from one position up to another. */
    static void zeros(FileChannel file, long from, long to) throws IOException {
        for (long at = from; at < to; at += PIECE) {
            all(file, ZEROS.duplicate().limit((int) Math.min(PIECE, to - at)), at);
        }
    }
}
