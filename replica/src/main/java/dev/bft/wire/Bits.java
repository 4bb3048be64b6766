package dev.bft.wire;

/** A bitmap; bits beyond its bytes are clear. */
public record Bits(byte[] bytes) {
    /** A clear bitmap with room for so many bits. */
    public static Bits ofSize(int bits) {
        return new Bits(new byte[(bits + 7) / 8]);
    }

    /** Sets a bit. */
    public void set(int bit) {
        bytes[bit >> 3] |= (byte) (1 << (bit & 7));
    }

    /** Whether a bit is set. */
    public boolean get(long bit) {
        if (bit < 0 || bit >= 8L * bytes.length) {
            return false;
        }
        return (bytes[(int) (bit >> 3)] >> (bit & 7) & 1) == 1;
    }
}
