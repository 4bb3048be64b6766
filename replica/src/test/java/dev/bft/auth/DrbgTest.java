package dev.bft.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.wire.Digest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The core's only randomness. */
final class DrbgTest {

    @Test
    void theBytesFollowFromTheSeedAsWrittenDown() {
        byte[] seed = new byte[32];
        for (int i = 0; i < seed.length; i++) {
            seed[i] = (byte) i;
        }
        Drbg drbg = new Drbg(seed);
        assertThat(HexFormat.of().formatHex(drbg.bytes(32)))
                .isEqualTo("226850e7df4f016209b484c99109da4a77940b0c6a0cee823ca67f1ab687d7da");
        assertThat(HexFormat.of().formatHex(drbg.bytes(16))).isEqualTo("7c5e547525353bc7a4b5a8d27060e5b8");
        assertThat(HexFormat.of().formatHex(drbg.bytes(32)))
                .isEqualTo("09d97e11868d275de6378671e46bc3692cca5fb488bb5ae6f319119dce81ee71");
    }

    @Test
    void theSameSeedGivesTheSameRunAndAnotherAnother() {
        Drbg one = new Drbg(new byte[32]);
        Drbg two = new Drbg(new byte[32]);
        Drbg other = new Drbg(new byte[33]);
        for (int i = 0; i < 100; i++) {
            assertThat(one.bytes(32)).isEqualTo(two.bytes(32)).isNotEqualTo(other.bytes(32));
            assertThat(one.below(1_000_000)).isEqualTo(two.below(1_000_000));
        }
    }

    @Test
    void theSeedIsCopied() {
        byte[] seed = new byte[32];
        Drbg drbg = new Drbg(seed);
        Arrays.fill(seed, (byte) 1);
        assertThat(drbg.bytes(32)).isEqualTo(new Drbg(new byte[32]).bytes(32));
    }

    @Test
    void noBlockComesTwice() {
        Drbg drbg = new Drbg(new byte[32]);
        TreeSet<Digest> seen = new TreeSet<>();
        for (int i = 0; i < 10_000; i++) {
            seen.add(Digest.of(drbg.bytes(32)));
        }
        assertThat(seen).hasSize(10_000);
    }

    @Test
    void moreThanABlockIsNeverPaddedWithZeros() {
        Drbg drbg = new Drbg(new byte[32]);
        assertThatThrownBy(() -> drbg.bytes(33)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> drbg.bytes(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(drbg.bytes(0)).isEmpty();
    }

    @Test
    void numbersBelowABoundAreThereAndSpread() {
        Drbg drbg = new Drbg(new byte[32]);
        int[] counts = new int[10];
        for (int i = 0; i < 10_000; i++) {
            counts[(int) drbg.below(10)]++;
        }
        assertThat(Arrays.stream(counts)).allMatch(count -> count > 800 && count < 1_200);
        assertThat(drbg.below(1)).isZero();
        for (int i = 0; i < 1000; i++) {
            assertThat(drbg.below(Long.MAX_VALUE)).isNotNegative();
        }
    }
}
