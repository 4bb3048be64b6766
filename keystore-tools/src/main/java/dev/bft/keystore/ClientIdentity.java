package dev.bft.keystore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A client's credential with its private key; the file has mode 0600.
 *
 * @param credential signed by the root
 * @param key the private half of the credential's key
 */
public record ClientIdentity(Credential credential, SigningKey key) {

    private static final String HEADER = "bft client 1";

    /** Reads a client's file; refuses one that others may read. */
    public static ClientIdentity load(Path file) throws ConfigException {
        byte[] bytes = SafeFiles.readSecret(
                file, KeyedLines.BYTES_MAX, "make a client with bft keygen --client NAME, or give its file");
        KeyedLines lines = KeyedLines.of(file, bytes, HEADER);
        Credential credential = lines.next("credential", ClientIdentity::parse);
        SigningKey key = lines.next("sign", SigningKey::parse);
        lines.end();
        if (!credential.key().equals(key.verifyKey())) {
            throw new ConfigException(file + ": the credential is of another key; restore it from a copy");
        }
        return new ClientIdentity(credential, key);
    }

    /** Writes a new file; an existing one is not touched. */
    public void save(Path file) throws IOException {
        List<String> lines = List.of(
                "credential " + Base64.getEncoder().encodeToString(credential.encoded()), "sign " + key.secretText());
        SafeFiles.create(file, KeyedLines.bytes(HEADER, lines), SafeFiles.SECRET_MODE);
    }

    private static Optional<Credential> parse(String base64) {
        try {
            return Credential.decode(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
