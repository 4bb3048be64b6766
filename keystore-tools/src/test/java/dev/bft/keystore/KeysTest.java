package dev.bft.keystore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeysTest {

    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTEXT = "context".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ENTROPY = new byte[32];
    private static final HexFormat HEX = HexFormat.of();

    private final SigningKey signing = signingKey(1);
    private final OpeningKey opening = openingKey(2);

    static SigningKey signingKey(int seed) {
        byte[] encoded = new byte[33];
        Arrays.fill(encoded, (byte) seed);
        encoded[0] = 1;
        return SigningKey.decode(encoded).orElseThrow();
    }

    static OpeningKey openingKey(int seed) {
        byte[] encoded = new byte[33];
        Arrays.fill(encoded, (byte) seed);
        encoded[0] = 1;
        return OpeningKey.decode(encoded).orElseThrow();
    }

    @Test
    void aStatementIsTagDomainCounterPayload() {
        assertThat(HEX.formatHex(Statement.bytes(Statement.BOOT, 0x0102030405060708L, new byte[] {9, 10})))
                .isEqualTo("6266742f31" + "03" + "0102030405060708" + "090a");
    }

    @Test
    void signaturesVerifyForTheirMessageAndKeyAlone() {
        byte[] signature = signing.sign(MESSAGE);
        assertThat(signing.verifyKey().verify(MESSAGE, signature)).isTrue();
        assertThat(signingKey(3).verifyKey().verify(MESSAGE, signature)).isFalse();
        assertThat(signing.verifyKey().verify(CONTEXT, signature)).isFalse();
        for (int i = 0; i < signature.length; i++) {
            byte[] changed = signature.clone();
            changed[i] ^= 1;
            assertThat(signing.verifyKey().verify(MESSAGE, changed)).isFalse();
            assertThat(signing.verifyKey().verify(MESSAGE, Arrays.copyOf(signature, i)))
                    .isFalse();
        }
        assertThat(signing.verifyKey().verify(MESSAGE, Arrays.copyOf(signature, 65)))
                .isFalse();
    }

    @Test
    void theFirstVectorOfRfc8032Holds() {
        byte[] seed = HEX.parseHex("01" + "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        SigningKey key = SigningKey.decode(seed).orElseThrow();
        assertThat(HEX.formatHex(key.verifyKey().encoded()))
                .isEqualTo("01" + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assertThat(HEX.formatHex(key.sign(new byte[0])))
                .startsWith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39");
    }

    @Test
    void sealedSecretsOpenInTheirContextWithTheirKeyAlone() {
        byte[] sealed = opening.sealingKey().seal(CONTEXT, MESSAGE, ENTROPY);
        assertThat(sealed).hasSize(MESSAGE.length + SealingKey.OVERHEAD_BYTES);
        assertThat(opening.open(CONTEXT, sealed)).contains(MESSAGE);
        assertThat(opening.open(MESSAGE, sealed)).isEmpty();
        assertThat(openingKey(3).open(CONTEXT, sealed)).isEmpty();
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThat(opening.open(CONTEXT, changed)).isEmpty();
            assertThat(opening.open(CONTEXT, Arrays.copyOf(sealed, i))).isEmpty();
        }
        assertThat(opening.open(CONTEXT, new byte[1 << 16])).isEmpty();
    }

    @Test
    void sealingIsAFunctionOfItsArguments() {
        byte[] sealed = opening.sealingKey().seal(CONTEXT, MESSAGE, ENTROPY);
        assertThat(opening.sealingKey().seal(CONTEXT, MESSAGE, ENTROPY)).isEqualTo(sealed);
        byte[] other = ENTROPY.clone();
        other[31] = 1;
        assertThat(opening.sealingKey().seal(CONTEXT, MESSAGE, other)).isNotEqualTo(sealed);
        assertThat(HEX.formatHex(sealed))
                .isEqualTo("0170a736978971281065765948fb66006c898c25acd789169223ca7336cf62146f"
                        + "46e7823b0fdb0b1b7ad843bb142b1a7504e5f36c84b3f7");
    }

    @Test
    void sealingRefusesWhatItCannotSeal() {
        SealingKey key = opening.sealingKey();
        assertThatThrownBy(() -> key.seal(CONTEXT, MESSAGE, new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> key.seal(CONTEXT, new byte[129], ENTROPY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void secretsOnLowOrderPointsDoNotOpen() {
        byte[] sealed = opening.sealingKey().seal(CONTEXT, MESSAGE, ENTROPY);
        for (String point : lowOrderPoints()) {
            byte[] changed = sealed.clone();
            System.arraycopy(HEX.parseHex(point), 0, changed, 1, 32);
            assertThat(opening.open(CONTEXT, changed)).isEmpty();
        }
    }

    @Test
    void publicKeysSurviveTheirBytesAndText() {
        VerifyKey verify = signing.verifyKey();
        assertThat(VerifyKey.decode(verify.encoded())).contains(verify);
        assertThat(VerifyKey.parse(verify.text())).contains(verify);
        assertThat(verify.text()).startsWith("ed25519:");
        assertThat(verify.encoded()).hasSize(33).startsWith(1);
        SealingKey sealing = opening.sealingKey();
        assertThat(SealingKey.decode(sealing.encoded())).contains(sealing);
        assertThat(SealingKey.parse(sealing.text())).contains(sealing);
        assertThat(sealing.text()).startsWith("x25519:");
        assertThat(sealing.encoded()).hasSize(33).startsWith(1);
        assertThat(verify.fingerprint()).matches("[0-9a-f]{32}").isEqualTo(signing.fingerprint());
        assertThat(sealing.fingerprint()).matches("[0-9a-f]{32}").isEqualTo(opening.fingerprint());
    }

    @Test
    void bytesThatAreNoKeyAreRefused() {
        byte[] verify = signing.verifyKey().encoded();
        byte[] sealing = opening.sealingKey().encoded();
        for (int length = 0; length < 33; length++) {
            assertThat(VerifyKey.decode(Arrays.copyOf(verify, length))).isEmpty();
            assertThat(SealingKey.decode(Arrays.copyOf(sealing, length))).isEmpty();
            assertThat(SigningKey.decode(new byte[length])).isEmpty();
            assertThat(OpeningKey.decode(new byte[length])).isEmpty();
        }
        assertThat(VerifyKey.decode(Arrays.copyOf(verify, 34))).isEmpty();
        assertThat(SealingKey.decode(Arrays.copyOf(sealing, 34))).isEmpty();
        verify[0] = 2;
        sealing[0] = 2;
        assertThat(VerifyKey.decode(verify)).isEmpty();
        assertThat(SealingKey.decode(sealing)).isEmpty();
    }

    @Test
    void publicKeysOfLowOrderAreRefused() {
        byte[] identity = new byte[33];
        identity[0] = 1;
        identity[1] = 1;
        assertThat(VerifyKey.decode(identity)).isEmpty();
        assertThat(VerifyKey.decode(HEX.parseHex("01" + "ff".repeat(32)))).isEmpty();
        for (String point : lowOrderPoints()) {
            assertThat(SealingKey.decode(HEX.parseHex("01" + point))).isEmpty();
        }
    }

    @Test
    void textsThatAreNoKeyAreRefused() {
        String text = signing.verifyKey().text();
        String raw = text.substring("ed25519:".length());
        List<String> bad = List.of(
                "",
                "ed25519",
                "ed25519:",
                raw,
                "x25519:" + raw,
                "ED25519:" + raw,
                "ed25519: " + raw,
                "ed25519:" + raw + " ",
                "ed25519:" + raw.replace("=", ""),
                "ed25519:" + raw.substring(4),
                "ed25519:" + raw + raw,
                "ed25519:" + "!".repeat(44),
                "ed25519:" + Base64.getEncoder().encodeToString(new byte[31]),
                "ed25519:" + "A".repeat(1 << 16));
        for (String wrong : bad) {
            assertThat(VerifyKey.parse(wrong)).as(wrong).isEmpty();
        }
        assertThat(SealingKey.parse(text)).isEmpty();
    }

    @Test
    void privateKeysDoNotReachText() {
        SecureRandom random = new SecureRandom();
        SigningKey sign = SigningKey.generate(random);
        OpeningKey open = OpeningKey.generate(random);
        CoprocessorKeys keys = new CoprocessorKeys("00", 0, sign, open);
        String text = sign + " " + open + " " + keys;
        assertThat(text).contains(sign.fingerprint(), open.fingerprint());
        for (String secret : List.of(sign.secretText(), open.secretText())) {
            String base64 = secret.substring(secret.indexOf(':') + 1);
            assertThat(text)
                    .doesNotContain(base64, HEX.formatHex(Base64.getDecoder().decode(base64)));
        }
        assertThat(SigningKey.parse(sign.secretText()).map(SigningKey::verifyKey))
                .isEqualTo(Optional.of(sign.verifyKey()));
        assertThat(OpeningKey.parse(open.secretText()).map(OpeningKey::sealingKey))
                .isEqualTo(Optional.of(open.sealingKey()));
        assertThat(VerifyKey.parse(sign.secretText())).isEmpty();
    }

    /** The points whose multiples by 8 are zero. */
    private static List<String> lowOrderPoints() {
        return List.of(
                "00".repeat(32),
                "01" + "00".repeat(31),
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ec" + "ff".repeat(30) + "7f",
                "ed" + "ff".repeat(30) + "7f",
                "ee" + "ff".repeat(30) + "7f");
    }
}
