package dev.bft.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.wire.Digest;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session key: HMAC-SHA-256 cut to 128 bits over a digest. */
final class MacKeyTest {
    private static final int BLOCK = 64;

    @Test
    void aTagIsTheOneThatAnotherImplementationMakes() {
        byte[] secret = new byte[32];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) i;
        }
        byte[] tag = new MacKey(1, secret).tag(Digest.of());
        assertThat(HexFormat.of().formatHex(tag)).isEqualTo("d43ab268ace84897c7c38db898ceba84");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aTagIsTheFirstHalfOfTheHmacByItsDefinition(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] secret = new byte[MacKey.BYTES];
            random.nextBytes(secret);
            Digest digest = Digest.of(secret, new byte[] {(byte) i});
            assertThat(new MacKey(i, secret).tag(digest)).isEqualTo(Arrays.copyOf(hmac(secret, digest), 16));
        }
    }

    /** RFC 2104: H(key xor opad, H(key xor ipad, text)). */
    private static byte[] hmac(byte[] secret, Digest text) {
        MessageDigest sha = Digest.sha256();
        sha.update(padded(secret, 0x36));
        byte[] inner = sha.digest(text.toBytes());
        sha.update(padded(secret, 0x5c));
        return sha.digest(inner);
    }

    private static byte[] padded(byte[] secret, int pad) {
        byte[] block = Arrays.copyOf(secret, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= (byte) pad;
        }
        return block;
    }

    @Test
    void everyBitOfTagAndDigestCounts() {
        MacKey key = new MacKey(1, new byte[32]);
        Digest digest = Digest.of(new byte[] {1});
        byte[] tag = key.tag(digest);
        assertThat(key.verifies(digest, tag)).isTrue();
        for (int bit = 0; bit < 8 * tag.length; bit++) {
            byte[] other = tag.clone();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(key.verifies(digest, other)).isFalse();
        }
        for (int bit = 0; bit < 8 * Digest.BYTES; bit++) {
            byte[] other = digest.toBytes();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(key.verifies(Digest.read(other, 0), tag)).isFalse();
        }
    }

    @Test
    void aTagOfAnotherLengthOrKeyDoesNotVerify() {
        MacKey key = new MacKey(1, new byte[32]);
        byte[] tag = key.tag(Digest.ZERO);
        byte[] other = new byte[32];
        other[31] = 1;
        assertThat(key.verifies(Digest.ZERO, new byte[0])).isFalse();
        assertThat(key.verifies(Digest.ZERO, Arrays.copyOf(tag, 15))).isFalse();
        assertThat(key.verifies(Digest.ZERO, Arrays.copyOf(tag, 17))).isFalse();
        assertThat(new MacKey(1, other).verifies(Digest.ZERO, tag)).isFalse();
    }

    @Test
    void aKeyIsUsedManyTimesWithoutMemory() {
        MacKey key = new MacKey(1, new byte[32]);
        byte[] first = key.tag(Digest.ZERO);
        key.tag(Digest.of(first));
        assertThat(key.tag(Digest.ZERO)).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 31, 33})
    void aKeyOfAnotherLengthIsRefused(int length) {
        assertThatThrownBy(() -> new MacKey(1, new byte[length])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSecretReachesNoText() {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) 0x41);
        assertThat(new MacKey(12, secret)).hasToString("key 12");
    }
}
