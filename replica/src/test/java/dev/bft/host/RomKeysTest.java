package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.auth.ClientPrincipal;
import dev.bft.keystore.Rom;
import dev.bft.keystore.SigningKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of signatures is what they are worth. */
final class RomKeysTest {
    private final SigningKey key = key(1);
    private final RomKeys keys = new RomKeys(new Rom("00", key.verifyKey(), key.verifyKey(), List.of()));

    private static SigningKey key(int seed) {
        byte[] encoded = new byte[33];
        Arrays.fill(encoded, (byte) seed);
        encoded[0] = 1;
        return SigningKey.decode(encoded).orElseThrow();
    }

    private static ClientPrincipal client(SigningKey key) {
        return new ClientPrincipal(1000, key.verifyKey().encoded(), Long.MAX_VALUE);
    }

    @Test
    void theSameIsSaidEachTime() {
        byte[] payload = {1, 2, 3};
        byte[] good = key.sign(payload);
        byte[] bad = good.clone();
        bad[5] ^= 1;
        for (int i = 0; i < 3; i++) {
            assertThat(keys.clientSigned(client(key), payload, good)).isTrue();
            assertThat(keys.clientSigned(client(key), payload, bad)).isFalse();
            assertThat(keys.clientSigned(client(key), new byte[] {1, 2}, good)).isFalse();
            assertThat(keys.clientSigned(client(key(2)), payload, good)).isFalse();
            assertThat(keys.clientSigned(client(key), payload, new byte[0])).isFalse();
            assertThat(keys.clientSigned(client(key), new byte[0], Arrays.copyOf(good, 67)))
                    .isFalse();
        }
    }

    @Test
    void aKeyThatIsNoneSignedNothing() {
        ClientPrincipal nobody = new ClientPrincipal(1000, new byte[33], Long.MAX_VALUE);
        assertThat(keys.clientSigned(nobody, new byte[] {1}, key.sign(new byte[] {1})))
                .isFalse();
    }
}
