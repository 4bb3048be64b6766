package dev.bft.keystore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file that this package reads: what it says when the file is not as it must be, and that it keeps secrets. */
class KeyFilesTest {

    private static final String CLUSTER = "00112233445566778899aabbccddeeff";

    @TempDir
    private Path temp;

    /** One kind of file: how to make it in a folder, where it lies there, and how to read it. */
    record Kind(String name, boolean secret, Maker maker, Reader reader) {

        @Override
        public String toString() {
            return name;
        }
    }

    interface Maker {
        void make(Path folder) throws IOException;
    }

    interface Reader {
        Object read(Path folder) throws ConfigException;
    }

    static Stream<Kind> kinds() {
        SigningKey sign = KeysTest.signingKey(1);
        OpeningKey open = KeysTest.openingKey(2);
        Credential credential =
                Credential.unsigned(1000, "admin", sign.verifyKey(), 1).issue(sign);
        Rom.Keys keys = new Rom.Keys(sign.verifyKey(), open.sealingKey());
        Rom rom = new Rom(CLUSTER, sign.verifyKey(), sign.verifyKey(), List.of(keys, keys, keys, keys));
        return Stream.of(
                new Kind(
                        "root.key",
                        true,
                        folder -> SigningKeyFile.save(sign, folder.resolve("root.key"), SigningKeyFile.Role.ROOT),
                        folder -> SigningKeyFile.load(folder.resolve("root.key"), SigningKeyFile.Role.ROOT)),
                new Kind(
                        "admin.client",
                        true,
                        folder -> new ClientIdentity(credential, sign).save(folder.resolve("admin.client")),
                        folder -> ClientIdentity.load(folder.resolve("admin.client"))),
                new Kind(
                        CoprocessorKeys.NAME,
                        true,
                        folder -> new CoprocessorKeys(CLUSTER, 2, sign, open).save(folder),
                        CoprocessorKeys::load),
                new Kind(Rom.NAME, false, rom::save, Rom::load));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFileReadsBackAndIsNeverOverwritten(Kind kind) throws Exception {
        kind.maker.make(temp);
        assertThat(kind.reader.read(temp)).isNotNull();
        assertThatThrownBy(() -> kind.maker.make(temp)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve(kind.name))))
                .isEqualTo(kind.secret ? "rw-------" : "r--r--r--");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aTruncatedFileIsRefusedWithoutItsContent(Kind kind) throws Exception {
        kind.maker.make(temp);
        byte[] bytes = Files.readAllBytes(temp.resolve(kind.name));
        for (int length = 0; length < bytes.length; length++) {
            rewrite(kind, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> kind.reader.read(temp))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith(temp.resolve(kind.name).toString())
                    .hasMessageNotContaining("secret");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFileWithAForeignLineOrByteIsRefused(Kind kind) throws Exception {
        kind.maker.make(temp);
        String text = Files.readString(temp.resolve(kind.name));
        for (String wrong : List.of(
                text + "extra line\n",
                text + "\n",
                "\n" + text,
                text.replace("bft ", "BFT "),
                text.replace(" 1\n", " 2\n"),
                text.replace("\n", "\r\n"),
                text.replace("ed25519", "ed25518"),
                "\u0000".repeat(100),
                "x".repeat(1 << 20) + "\n")) {
            rewrite(kind, wrong.getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> kind.reader.read(temp))
                    .as(wrong.substring(0, Math.min(100, wrong.length())))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageNotContaining("-secret:");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aMissingFileIsNamedWithWhatToDo(Kind kind) {
        assertThatThrownBy(() -> kind.reader.read(temp))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(temp.resolve(kind.name) + ": there is no such file; ");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFolderInTheFilesPlaceIsRefused(Kind kind) throws Exception {
        Files.createDirectory(
                temp.resolve(kind.name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThatThrownBy(() -> kind.reader.read(temp))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(temp.resolve(kind.name) + ": ");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aSecretThatOthersMayTouchIsRefused(Kind kind) throws Exception {
        kind.maker.make(temp);
        for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwx--x--x", "rw-rw-rw-")) {
            Files.setPosixFilePermissions(temp.resolve(kind.name), PosixFilePermissions.fromString(mode));
            if (kind.secret) {
                assertThatThrownBy(() -> kind.reader.read(temp))
                        .isInstanceOf(ConfigException.class)
                        .hasMessage(temp.resolve(kind.name) + ": others may read or write this secret (mode " + mode
                                + "); run chmod 600 " + temp.resolve(kind.name));
            } else {
                assertThat(kind.reader.read(temp)).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aSecretBehindALinkIsRefused(Kind kind) throws Exception {
        kind.maker.make(temp);
        Path moved = temp.resolve("moved");
        Files.move(temp.resolve(kind.name), moved);
        Files.createSymbolicLink(temp.resolve(kind.name), moved);
        if (kind.secret) {
            assertThatThrownBy(() -> kind.reader.read(temp))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("it is a link");
        }
    }

    @Test
    void theReleaseKeyIsNotTakenForTheRootKey() throws Exception {
        Path file = temp.resolve("release.key");
        SigningKeyFile.save(KeysTest.signingKey(1), file, SigningKeyFile.Role.RELEASE);
        assertThatThrownBy(() -> SigningKeyFile.load(file, SigningKeyFile.Role.ROOT))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ":1: the first line is not 'bft root key 1'; this is another file");
    }

    @Test
    void aClientsKeyMustBeItsCredentials() throws Exception {
        Path file = temp.resolve("x.client");
        Credential credential = Credential.unsigned(
                        1000, "x", KeysTest.signingKey(1).verifyKey(), 1)
                .issue(KeysTest.signingKey(1));
        new ClientIdentity(credential, KeysTest.signingKey(2)).save(file);
        assertThatThrownBy(() -> ClientIdentity.load(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the credential is of another key");
    }

    private void rewrite(Kind kind, byte[] bytes) throws IOException {
        Files.delete(temp.resolve(kind.name));
        SafeFiles.create(temp.resolve(kind.name), bytes, SafeFiles.SECRET_MODE);
    }
}
