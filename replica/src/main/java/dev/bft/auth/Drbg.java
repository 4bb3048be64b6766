package dev.bft.auth;

import dev.bft.wire.Digest;
import dev.bft.wire.Out;
import java.util.Arrays;

/** Random bytes from one seed: the core's only randomness, so that the same seed gives the same run. */
public final class Drbg {
    private static final byte[] TAG = Digest.tag("bft/drbg/1");

    private final byte[] seed;
    private long counter;

    /** A generator; the seed has at least 32 bytes of entropy in production. */
    public Drbg(byte[] seed) {
        this.seed = seed.clone();
    }

    /** The next bytes, at most 32. */
    public byte[] bytes(int count) {
        if (count < 0 || count > Digest.BYTES) {
            throw new IllegalArgumentException(count + " bytes; at most " + Digest.BYTES + " at a time");
        }
        Digest block = Digest.of(TAG, seed, new Out(8).i64(counter++).toBytes());
        return Arrays.copyOf(block.toBytes(), count);
    }

    /** A number in 0..bound-1. */
    public long below(long bound) {
        long value = 0;
        for (byte b : bytes(8)) {
            value = value << 8 | (b & 0xff);
        }
        return Long.remainderUnsigned(value, bound);
    }
}
