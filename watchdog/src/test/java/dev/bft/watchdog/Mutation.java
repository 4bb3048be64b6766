package dev.bft.watchdog;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Bytes that were valid once, or never: drawn from a seed, so that what they break can be seen again. */
final class Mutation {

    private static final int CHANGES_MAX = 4;
    private static final int LENGTH_MAX = 512;
    private static final List<Integer> EXTREMES =
            List.of(0, 1, -1, 64 << 10, (64 << 10) + 1, Integer.MAX_VALUE, Integer.MIN_VALUE);

    private final Random random;

    Mutation(Random random) {
        this.random = random;
    }

    /** One of them, changed in some places, cut, stretched, or joined with another; sometimes noise. */
    byte[] of(List<byte[]> valid) {
        if (random.nextInt(8) == 0) {
            return noise(random.nextInt(LENGTH_MAX));
        }
        byte[] bytes = pick(valid).clone();
        for (int change = random.nextInt(CHANGES_MAX); change >= 0 && bytes.length > 0; change--) {
            bytes = changed(bytes, valid);
        }
        return bytes;
    }

    private byte[] changed(byte[] bytes, List<byte[]> valid) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> extreme(bytes, at);
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return joined(bytes, noise(random.nextInt(LENGTH_MAX)));
            }
            default -> {
                return joined(Arrays.copyOf(bytes, at), pick(valid));
            }
        }
        return bytes;
    }

    /** Four bytes that may be taken for a length. */
    private void extreme(byte[] bytes, int at) {
        if (bytes.length >= Integer.BYTES) {
            int value = EXTREMES.get(random.nextInt(EXTREMES.size()));
            ByteBuffer.wrap(bytes).putInt(Math.min(at, bytes.length - Integer.BYTES), value);
        }
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] pick(List<byte[]> valid) {
        return valid.get(random.nextInt(valid.size()));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
