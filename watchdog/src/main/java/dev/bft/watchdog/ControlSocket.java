package dev.bft.watchdog;

import dev.bft.watchdog.sandbox.Descriptor;
import dev.bft.watchdog.sandbox.JnaLibrary;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The address of a watchdog's control socket. A socket's path holds 107 bytes and a cluster may stand deeper, so a long
 * one is named through an open descriptor of its folder, which this holds until it is closed.
 */
final class ControlSocket implements AutoCloseable {

    static final String NAME = "watchdog.sock";

    private static final int PATH_BYTES_MAX = 100;

    private final Optional<Descriptor> folder;
    private final Path path;

    private ControlSocket(Optional<Descriptor> folder, Path path) {
        this.folder = folder;
        this.path = path;
    }

    /** @param replicaFolder the folder {@code replica-N} of a cluster */
    static ControlSocket in(Path replicaFolder) throws IOException {
        Path path = replicaFolder.toAbsolutePath().resolve(NAME);
        if (path.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES_MAX) {
            return new ControlSocket(Optional.empty(), path);
        }
        JnaLibrary.ensure();
        Descriptor folder = Descriptor.ofFolder(replicaFolder.toAbsolutePath());
        return new ControlSocket(Optional.of(folder), folder.path().resolve(NAME));
    }

    UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(path);
    }

    /** Whether something stands there, be it of a watchdog that is gone. */
    boolean exists() {
        return Files.exists(path);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        folder.ifPresent(Descriptor::close);
    }
}
