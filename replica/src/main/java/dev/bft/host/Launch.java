package dev.bft.host;

import dev.bft.keystore.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
 * @param tickBefore the tick that the vote log may be of as well, where nobody knows whether a save for this tick was
 *     completed; else the same
 */
record Launch(int replica, Path config, Path rom, Path state, long boot, long tick, long tickBefore) {
    private static final String BEFORE = "--tick-before";
    private static final List<String> NAMES = List.of("--id", "--config", "--rom", "--state", "--boot", "--tick");

    /** The launch in these arguments: each of the six once, each with a value, and perhaps the tick before. */
    static Launch parse(String... args) throws ConfigException {
        Map<String, String> given = new TreeMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            given.put(args[i], args[i + 1]);
        }
        boolean unsettled = given.containsKey(BEFORE);
        int count = NAMES.size() + (unsettled ? 1 : 0);
        if (args.length != 2 * count || given.size() != count || !given.keySet().containsAll(NAMES)) {
            throw new ConfigException("a replica takes " + String.join(", ", NAMES)
                    + ", each with a value; it is started by its watchdog: bft start-replica");
        }
        return new Launch(
                (int) Math.min(number(given, "--id"), Integer.MAX_VALUE),
                Path.of(given.getOrDefault("--config", "")),
                Path.of(given.getOrDefault("--rom", "")),
                Path.of(given.getOrDefault("--state", "")),
                number(given, "--boot"),
                number(given, "--tick"),
                number(given, unsettled ? BEFORE : "--tick"));
    }

    private static long number(Map<String, String> given, String name) throws ConfigException {
        String text = given.getOrDefault(name, "");
        if (!text.matches("[0-9]{1,18}")) {
            throw new ConfigException(name + " " + text + ": not a number from 0 to 10^18 - 1");
        }
        return Long.parseLong(text);
    }
}
