package dev.bft.keystore;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a new root key goes: into the cluster folder, or to a file that is removed again if keygen fails. */
final class RootKeyPlace implements Closeable {

    private final Path file;
    private boolean written;

    private RootKeyPlace(Path file) {
        this.file = file;
    }

    static RootKeyPlace choose(Optional<Path> elsewhere, ClusterFolder folder) {
        return new RootKeyPlace(elsewhere.orElse(folder.rootKey()));
    }

    void save(SigningKey root) throws IOException {
        SigningKeyFile.save(root, file, SigningKeyFile.Role.ROOT);
        written = true;
    }

    /** The cluster is made; the file stays. */
    void keep() {
        written = false;
    }

    @Override
    public void close() throws IOException {
        if (written) {
            Files.deleteIfExists(file);
        }
    }
}
