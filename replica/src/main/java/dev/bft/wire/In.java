package dev.bft.wire;

/** A bounded reader over bytes from outside; every read checks first and throws, nothing is allocated ahead. */
public final class In {
    private final byte[] bytes;
    private final int end;
    private int at;

    /** A reader of {@code bytes[from..to)}. */
    public In(byte[] bytes, int from, int to) {
        if (from < 0 || from > to || to > bytes.length) {
            throw new IndexOutOfBoundsException(from + ".." + to + " of " + bytes.length);
        }
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    /** A reader of a whole array. */
    public In(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** The next byte, 0..255. */
    public int u8() throws MalformedException {
        need(1);
        return bytes[at++] & 0xff;
    }

    /** A byte that must be 0 or 1. */
    public boolean flag() throws MalformedException {
        int value = u8();
        if (value > 1) {
            throw new MalformedException("flag is neither 0 nor 1");
        }
        return value == 1;
    }

    /** The next 4 bytes, big-endian. */
    public int i32() throws MalformedException {
        need(4);
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 8 | (bytes[at++] & 0xff);
        }
        return value;
    }

    /** The next 8 bytes, big-endian. */
    public long i64() throws MalformedException {
        return (long) i32() << 32 | (i32() & 0xffffffffL);
    }

    /** An 8-byte number that may not be negative: a counter, a request's number. */
    public long number() throws MalformedException {
        long value = i64();
        if (value < 0) {
            throw new MalformedException("negative number");
        }
        return value;
    }

    /** A view or seqno: at most half the largest number, so that no sum with a window or a round of views overflows. */
    public long mark() throws MalformedException {
        long value = number();
        if (value > Long.MAX_VALUE / 2) {
            throw new MalformedException("a view or seqno out of reach");
        }
        return value;
    }

    /** A 4-byte count of at most {@code max}. */
    public int count(int max) throws MalformedException {
        int value = i32();
        if (value < 0 || value > max) {
            throw new MalformedException("count above " + max);
        }
        return value;
    }

    /** Exactly {@code length} bytes. */
    public byte[] fixed(int length) throws MalformedException {
        need(length);
        byte[] copy = new byte[length];
        System.arraycopy(bytes, at, copy, 0, length);
        at += length;
        return copy;
    }

    /** A 4-byte length of at most {@code max}, then that many bytes. */
    public byte[] bytes(int max) throws MalformedException {
        return fixed(count(max));
    }

    /** A digest. */
    public Digest digest() throws MalformedException {
        need(Digest.BYTES);
        Digest digest = Digest.read(bytes, at);
        at += Digest.BYTES;
        return digest;
    }

    /** Where the next read begins. */
    public int position() {
        return at;
    }

    /** The bytes not yet read. */
    public int remaining() {
        return end - at;
    }

    /** Passes over bytes. */
    public void skip(int length) throws MalformedException {
        need(length);
        at += length;
    }

    /** Checks that nothing is left: canonical bytes have no tail. */
    public void end() throws MalformedException {
        if (at != end) {
            throw new MalformedException("bytes left over");
        }
    }

    private void need(int length) throws MalformedException {
        if (length < 0 || length > end - at) {
            throw new MalformedException("too short");
        }
    }
}
