package dev.bft.keystore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class CredentialTest {

    private final SigningKey root = KeysTest.signingKey(1);
    private final SigningKey client = KeysTest.signingKey(2);
    private final Credential credential = Credential.unsigned(1000, "admin", client.verifyKey(), 2_000_000_000L)
            .issue(root);

    @Test
    void theRootsCredentialVerifies() {
        assertThat(credential.verify(root.verifyKey())).isTrue();
        assertThat(credential.verify(client.verifyKey())).isFalse();
        assertThat(Credential.unsigned(1000, "admin", client.verifyKey(), 1).verify(root.verifyKey()))
                .isFalse();
    }

    @Test
    void itsBytesAreTheseAndNoOthers() {
        String key = HexFormat.of().formatHex(client.verifyKey().encoded());
        String signature = HexFormat.of().formatHex(credential.rootSignature());
        assertThat(HexFormat.of().formatHex(credential.encoded()))
                .isEqualTo("6266742f63726564656e7469616c2f31" + "000003e8" + "00000005" + "61646d696e" + "00000021"
                        + key + "0000000077359400" + "00000040" + signature);
        assertThat(signature)
                .isEqualTo("b90b331be879580f0d8b6245721e181a8f01f88427759960f51a7206a77247a1"
                        + "5a77e799e87e9b8a41dedfb31830963cc99959817c8aea138e709560230f3308");
    }

    @Test
    void itSurvivesItsBytes() {
        assertThat(Credential.decode(credential.encoded())).contains(credential);
        Credential longest = Credential.unsigned(
                        Integer.MAX_VALUE, "x".repeat(Credential.NAME_MAX), client.verifyKey(), Long.MAX_VALUE)
                .issue(root);
        assertThat(longest.encoded().length).isLessThanOrEqualTo(Credential.ENCODED_BYTES_MAX);
        assertThat(Credential.decode(longest.encoded())).contains(longest);
    }

    @Test
    void truncatedOrExtendedBytesAreNoCredential() {
        byte[] bytes = credential.encoded();
        for (int length = 0; length < bytes.length; length++) {
            assertThat(Credential.decode(Arrays.copyOf(bytes, length))).isEmpty();
        }
        assertThat(Credential.decode(Arrays.copyOf(bytes, bytes.length + 1))).isEmpty();
        assertThat(Credential.decode(new byte[1 << 16])).isEmpty();
    }

    @Test
    void anyChangedByteMakesItWorthless() {
        byte[] bytes = credential.encoded();
        for (int i = 0; i < bytes.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = bytes.clone();
                changed[i] ^= (byte) (1 << bit);
                assertThat(Credential.decode(changed).filter(c -> c.verify(root.verifyKey())))
                        .as("byte " + i)
                        .isEmpty();
            }
        }
    }

    @Test
    void namesAreFileNames() {
        for (String name : List.of("", ".", "..", ".x", "-x", "a/b", "a b", "a\n", "ä", "x".repeat(65))) {
            assertThat(Credential.isName(name)).as(name).isFalse();
            assertThatThrownBy(() -> Credential.unsigned(1000, name, client.verifyKey(), 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(Credential.isName("admin-2.old_1")).isTrue();
    }

    @Test
    void replicasNumbersAreNotClients() {
        assertThatThrownBy(() -> Credential.unsigned(999, "admin", client.verifyKey(), 1))
                .isInstanceOf(IllegalArgumentException.class);
        byte[] bytes = credential.encoded();
        bytes[18] = 0;
        assertThat(Credential.decode(bytes)).isEmpty();
    }

    @Test
    void itExpiresAfterItsLastSecond() {
        assertThat(credential.isExpired(2_000_000_000L)).isFalse();
        assertThat(credential.isExpired(2_000_000_001L)).isTrue();
    }
}
