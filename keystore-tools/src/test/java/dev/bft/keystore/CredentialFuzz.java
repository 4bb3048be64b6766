package dev.bft.keystore;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.fuzz.Bounds;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a credential or as a key: one encoding, or none. */
@Timeout(60)
final class CredentialFuzz {
    /** The arithmetic of a curve beside a few short arrays. */
    private static final Bounds BOUNDS = new Bounds(256 << 10, 64);

    private static final SigningKey ROOT = SigningKey.generate(new SecureRandom());

    static Stream<byte[]> seeds() {
        VerifyKey key = ROOT.verifyKey();
        Credential longest = Credential.unsigned(Integer.MAX_VALUE, "x".repeat(Credential.NAME_MAX), key, 0);
        Credential issued =
                Credential.unsigned(1000, "alice", key, 1_900_000_000L).issue(ROOT);
        byte[] cut = Arrays.copyOf(issued.encoded(), issued.encoded().length - 1);
        byte[] smallOrder = new byte[VerifyKey.ENCODED_BYTES];
        smallOrder[0] = KeyText.ED25519;
        byte[] text = key.text().getBytes(StandardCharsets.US_ASCII);
        return Stream.of(issued.encoded(), longest.encoded(), cut, key.encoded(), smallOrder, text, new byte[0]);
    }

    @MethodSource("seeds")
    @FuzzTest
    void bytesAreACredentialOrAKeyWithOneEncodingOrNone(byte[] bytes) {
        Optional<Credential> credential = BOUNDS.within(bytes.length, () -> Credential.decode(bytes));
        credential.ifPresent(c -> {
            assertThat(c.encoded()).isEqualTo(bytes);
            assertThat(c.isExpired(c.notAfterEpochSeconds())).isFalse();
        });
        credential.ifPresent(c -> BOUNDS.within(bytes.length, () -> c.verify(ROOT.verifyKey())));
        Optional<VerifyKey> verify = BOUNDS.within(bytes.length, () -> VerifyKey.decode(bytes));
        verify.ifPresent(key -> assertThat(key.encoded()).isEqualTo(bytes));
        Optional<SealingKey> sealing = BOUNDS.within(bytes.length, () -> SealingKey.decode(bytes));
        sealing.ifPresent(key -> assertThat(key.encoded()).isEqualTo(bytes));
        // One char a byte, so that each text has one encoding here too.
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        BOUNDS.within(bytes.length, () -> VerifyKey.parse(text))
                .ifPresent(key -> assertThat(key.text()).isEqualTo(text));
        BOUNDS.within(bytes.length, () -> SealingKey.parse(text))
                .ifPresent(key -> assertThat(key.text()).isEqualTo(text));
        BOUNDS.within(bytes.length, () -> ROOT.verifyKey().verify(bytes, Arrays.copyOf(bytes, 64)));
    }
}
