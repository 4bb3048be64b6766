package dev.bft.cli;

import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClientRegister;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.Credential;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The clients whose credentials are in a cluster's folder. */
final class ClientFiles {

    static final String ADMIN = "admin";

    private static final String SUFFIX = ".client";

    private final ClusterFolder folder;

    ClientFiles(ClusterFolder folder) {
        this.folder = folder;
    }

    /** The client of this name; without one admin, or the only client there is. */
    ClientIdentity load(Optional<String> name) throws CommandException, ConfigException, IOException {
        if (name.isPresent()) {
            if (!Credential.isName(name.get())) {
                throw new CommandException(
                        ExitCode.USAGE, "--client: a client's name is letters, digits, dots, dashes and underscores");
            }
            return valid(folder.client(name.get()));
        }
        if (Files.exists(folder.client(ADMIN))) {
            return valid(folder.client(ADMIN));
        }
        List<Path> files = files();
        if (files.size() != 1) {
            throw new CommandException(
                    ExitCode.CONFIG,
                    folder.clients() + ": " + (files.isEmpty() ? "no client is here" : "several clients are here")
                            + "; name one with --client" + names(files)
                            + ", or make one with bft keygen --client NAME");
        }
        return valid(files.get(0));
    }

    /** Another client than this whose credential is good, admin first; this one if there is no other. */
    ClientIdentity other(String name) throws CommandException, ConfigException, IOException {
        List<Path> files = new ArrayList<>(files());
        files.sort(Comparator.comparing((Path file) -> !file.equals(folder.client(ADMIN)))
                .thenComparing(Comparator.naturalOrder()));
        for (Path file : files) {
            ClientIdentity client = ClientIdentity.load(file);
            String found = client.credential().name();
            if (!found.equals(name)
                    && expired(file, client.credential()).isEmpty()
                    && !ClientRegister.isRevoked(folder, found)) {
                return client;
            }
        }
        if (!Files.exists(folder.client(name))) {
            throw new CommandException(
                    ExitCode.CONFIG,
                    folder.clients()
                            + ": no client with a good credential is here to bring the revocation; make one with"
                            + " bft keygen --client NAME");
        }
        return valid(folder.client(name));
    }

    /** A client whose time is not over: that is told here, before the replicas are asked. */
    private static ClientIdentity valid(Path file) throws CommandException, ConfigException {
        ClientIdentity client = ClientIdentity.load(file);
        Optional<String> problem = expired(file, client.credential());
        if (problem.isPresent()) {
            throw new CommandException(ExitCode.CONFIG, problem.get());
        }
        return client;
    }

    /** What is wrong with a credential whose time is over. */
    static Optional<String> expired(Path file, Credential credential) {
        return credential.isExpired(Instant.now().getEpochSecond())
                ? Optional.of(file + ": its credential expired at "
                        + Instant.ofEpochSecond(credential.notAfterEpochSeconds())
                        + "; make another client with bft keygen --client NAME")
                : Optional.empty();
    }

    private static String names(List<Path> files) {
        return files.isEmpty()
                ? ""
                : files.stream()
                        .map(file -> file.getFileName().toString().replace(SUFFIX, ""))
                        .sorted()
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    private List<Path> files() throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(folder.clients())) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder.clients(), "*" + SUFFIX)) {
                all.forEach(found::add);
            }
        }
        return found;
    }
}
