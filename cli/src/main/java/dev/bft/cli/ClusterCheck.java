package dev.bft.cli;

import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.CoprocessorKeys;
import dev.bft.keystore.CounterFile;
import dev.bft.keystore.Rom;
import dev.bft.keystore.SigningKeyFile;
import dev.bft.keystore.SigningKeyFile.Role;
import dev.bft.watchdog.image.ImageManifest;
import dev.bft.watchdog.image.ImageRefusedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A look at everything a cluster is started from: each problem is told, none hides the next. */
final class ClusterCheck {

    private final ClusterFolder folder;
    private final List<String> findings = new ArrayList<>();

    ClusterCheck(ClusterFolder folder) {
        this.folder = folder;
    }

    /** Returns what is wrong, one line each. */
    List<String> findings() {
        Optional<ClusterConfig> config = read(() -> ClusterFile.load(folder.config()));
        config.ifPresent(this::checkReplicas);
        checkKey(folder.rootKey(), Role.ROOT);
        checkKey(folder.releaseKey(), Role.RELEASE);
        checkClients();
        return List.copyOf(findings);
    }

    private void checkReplicas(ClusterConfig config) {
        int here = 0;
        for (ClusterConfig.Replica replica : config.replicas()) {
            if (Files.isDirectory(folder.replica(replica.id()))) {
                here++;
                checkReplica(config, replica);
            }
        }
        if (here == 0) {
            findings.add(
                    folder.root() + ": no replica's folder is here; run this where a replica is, or copy one back");
        }
    }

    private void checkReplica(ClusterConfig config, ClusterConfig.Replica replica) {
        Optional<Rom> rom = read(() -> Rom.load(folder.rom(replica.id())));
        rom.ifPresent(found -> {
            read(() -> checked(found, config));
            try {
                ImageManifest.readSigned(folder.rom(replica.id()), found.release());
            } catch (ImageRefusedException e) {
                findings.add(folder.rom(replica.id()) + ": " + e.getMessage() + "; sign it again with bft image sign");
            }
        });
        read(() -> counter(replica.id()));
        Optional<CoprocessorKeys> keys = read(() -> CoprocessorKeys.load(folder.coprocessor(replica.id())));
        boolean other = keys.filter(found -> !found.sign().verifyKey().equals(replica.sign())
                        || !found.open().sealingKey().equals(replica.open()))
                .isPresent();
        if (other) {
            findings.add(folder.coprocessor(replica.id()) + ": the private keys are not those of replica "
                    + replica.id() + " in bft.toml; restore the one or the other");
        }
    }

    private Path counter(int replica) throws ConfigException {
        Path file = folder.coprocessor(replica).resolve(CounterFile.NAME);
        CounterFile.check(file);
        return file;
    }

    private static Rom checked(Rom rom, ClusterConfig config) throws ConfigException {
        rom.check(config);
        return rom;
    }

    /** A key that is kept elsewhere, as it should be, is no finding. */
    private void checkKey(Path file, Role role) {
        if (Files.exists(file)) {
            read(() -> SigningKeyFile.load(file, role));
        }
    }

    private void checkClients() {
        if (!Files.isDirectory(folder.clients())) {
            return;
        }
        Optional<Rom> rom = Files.isDirectory(folder.rom(0)) ? read(() -> Rom.load(folder.rom(0))) : Optional.empty();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.clients(), "*.client")) {
            for (Path file : files) {
                Optional<ClientIdentity> client = read(() -> ClientIdentity.load(file));
                client.flatMap(c -> ClientFiles.expired(file, c.credential())).ifPresent(findings::add);
                if (client.isPresent()
                        && rom.isPresent()
                        && !client.get().credential().verify(rom.get().root())) {
                    findings.add(file + ": its credential is not signed by this cluster's root; make a new client");
                }
            }
        } catch (IOException e) {
            findings.add(folder.clients() + ": it cannot be read (" + e.getMessage() + "); run as its owner");
        }
    }

    private <T> Optional<T> read(Reading<T> reading) {
        try {
            return Optional.of(reading.read());
        } catch (ConfigException e) {
            e.problems().stream().filter(problem -> !findings.contains(problem)).forEach(findings::add);
            return Optional.empty();
        }
    }

    /** Reads something that may be wrong. */
    private interface Reading<T> {
        T read() throws ConfigException;
    }
}
