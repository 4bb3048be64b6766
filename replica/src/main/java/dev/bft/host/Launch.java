package dev.bft.host;

import dev.bft.keystore.ConfigException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the watchdog says on the command line of a replica.
 *
 * @param replica its id
 * @param config the cluster file, as copied into the boot folder
 * @param rom the read-only memory, likewise
 * @param state the replica's own folder
 * @param boot the number of this boot
 * @param tick the watchdog's tick: raised by a recovery, kept by a reboot
 */
record Launch(int replica, Path config, Path rom, Path state, long boot, long tick) {
    static Launch parse(String... args) throws ConfigException {
        Map<String, String> given = new TreeMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            given.put(args[i], args[i + 1]);
        }
        return new Launch(
                (int) number(given, "--id"),
                Path.of(text(given, "--config")),
                Path.of(text(given, "--rom")),
                Path.of(text(given, "--state")),
                number(given, "--boot"),
                number(given, "--tick"));
    }

    private static String text(Map<String, String> given, String name) throws ConfigException {
        return Optional.ofNullable(given.get(name))
                .orElseThrow(() -> new ConfigException("bft-replica: " + name
                        + " is missing; a replica is started by its watchdog (bft start-replica)"));
    }

    private static long number(Map<String, String> given, String name) throws ConfigException {
        try {
            return Long.parseLong(text(given, name));
        } catch (NumberFormatException e) {
            throw new ConfigException("bft-replica: " + name + " " + given.get(name) + " is no number", e);
        }
    }
}
