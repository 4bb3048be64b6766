package dev.bft.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Several arrays in one: each a 2-byte length and its bytes; a length beyond the end takes what is left. */
public final class Pieces {
    private static final int LENGTH_MAX = 0xffff;

    private Pieces() {}

    /** The pieces in any bytes. */
    public static List<byte[]> of(byte[] bytes) {
        List<byte[]> pieces = new ArrayList<>();
        int at = 0;
        while (bytes.length - at >= 2) {
            int length = (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
            at += 2;
            int end = at + Math.min(length, bytes.length - at);
            pieces.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        return pieces;
    }

    /** The bytes that hold these pieces. */
    public static byte[] join(List<byte[]> pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            if (piece.length > LENGTH_MAX) {
                throw new IllegalArgumentException("a piece of " + piece.length + " bytes");
            }
            out.write(piece.length >> 8);
            out.write(piece.length);
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }
}
