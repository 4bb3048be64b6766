package dev.bft.cli;

import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which cluster a command is about. */
final class ClusterOption {

    private static final String VARIABLE = "BFT_CLUSTER";
    private static final String DEFAULT = "bft-cluster";

    @Option(
            names = {"-c", "--cluster"},
            paramLabel = "DIR",
            description = "The cluster's folder; else the variable BFT_CLUSTER, else ./bft-cluster.")
    private Optional<Path> given = Optional.empty();

    /** The folder, there or not. */
    ClusterFolder folder() {
        Path folder = given.or(() -> Optional.ofNullable(System.getenv(VARIABLE))
                        .filter(name -> !name.isEmpty())
                        .map(Path::of))
                .orElse(Path.of(DEFAULT));
        return new ClusterFolder(folder.toAbsolutePath().normalize());
    }

    /** The folder of a cluster that is there. */
    ClusterFolder existing() throws CommandException {
        ClusterFolder folder = folder();
        if (!Files.isDirectory(folder.root())) {
            throw new CommandException(
                    ExitCode.CONFIG,
                    folder.root() + ": there is no cluster; make one with bft keygen, or name its folder with -c");
        }
        return folder;
    }

    /** What bft.toml of an existing cluster says. */
    ClusterConfig config() throws CommandException, ConfigException {
        return ClusterFile.load(existing().config());
    }
}
