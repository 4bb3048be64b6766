package dev.bft.keystore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The file of the root's or the release's private key: one line that says which, and the key; mode 0600. */
public final class SigningKeyFile {

    /** What a key in a file is for. */
    public enum Role {
        /** Signs credentials and revocations. */
        ROOT("root"),
        /** Signs images. */
        RELEASE("release");

        private final String word;

        Role(String word) {
            this.word = word;
        }

        private String header() {
            return "bft " + word + " key 1";
        }
    }

    private SigningKeyFile() {}

    /** Reads the key; refuses a file that others may read. */
    public static SigningKey load(Path file, Role role) throws ConfigException {
        byte[] bytes = SafeFiles.readSecret(file, KeyedLines.BYTES_MAX, "give the file of the " + role.word + " key");
        KeyedLines lines = KeyedLines.of(file, bytes, role.header());
        SigningKey key = lines.next("sign", SigningKey::parse);
        lines.end();
        return key;
    }

    /** Writes a new file; an existing one is not touched. */
    public static void save(SigningKey key, Path file, Role role) throws IOException {
        SafeFiles.create(
                file, KeyedLines.bytes(role.header(), List.of("sign " + key.secretText())), SafeFiles.SECRET_MODE);
    }
}
