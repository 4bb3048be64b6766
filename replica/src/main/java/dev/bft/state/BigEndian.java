package dev.bft.state;

/** Numbers in the bytes of an array, the most significant byte first. */
final class BigEndian {
    private BigEndian() {}

    static long read(byte[] bytes, int at, int length) {
        long value = 0;
        for (int i = at; i < at + length; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }
}
