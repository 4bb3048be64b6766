package dev.bft.watchdog;

import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.Rom;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The part of a cluster folder that belongs to one watchdog, and what the cluster file and the ROM in it say.
 *
 * @param cluster the whole folder, by its absolute path
 */
record WatchdogFolder(ClusterFolder cluster, int replica, ClusterConfig config, Rom rom) {

    /** Reads and checks what a watchdog goes by. */
    static WatchdogFolder open(Path folder, int replica) throws ConfigException {
        ClusterFolder cluster = new ClusterFolder(folder.toAbsolutePath().normalize());
        ClusterConfig config = ClusterFile.load(cluster.config());
        if (replica < 0 || replica >= config.replicas().size()) {
            throw new ConfigException("there is no replica " + replica + "; " + cluster.config() + " has 0 to "
                    + (config.replicas().size() - 1));
        }
        if (!Files.isDirectory(cluster.replica(replica))) {
            throw new ConfigException(cluster.replica(replica) + ": it is not here; start replica " + replica
                    + " where its folder is, or copy it here");
        }
        Rom rom = Rom.load(cluster.rom(replica));
        rom.check(config);
        return new WatchdogFolder(cluster, replica, config, rom);
    }

    Rom.Keys romKeys() {
        return rom.replicas().get(replica);
    }

    /** What is the watchdog's own: lock, numbers, native library. */
    Path own() {
        return cluster.replica(replica).resolve("watchdog");
    }

    Path home() {
        return cluster.replica(replica);
    }

    Path coprocessor() {
        return cluster.coprocessor(replica);
    }

    Path state() {
        return cluster.state(replica);
    }

    Path replicaLog() {
        return cluster.replicaLog(replica);
    }

    Path watchdogLog() {
        return cluster.watchdogLog(replica);
    }
}
