package dev.bft.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The resident memory of processes, as /proc tells it; the map of a replica's state, which the kernel keeps, is apart. */
final class ProcessMemory {

    private static final Pattern MAPPING = Pattern.compile("^[0-9a-f]+-[0-9a-f]+ .*");
    private static final String RESIDENT = "Rss:";
    private static final String STATE = "/state/state";
    private static final long KIBIBYTE = 1024;

    private ProcessMemory() {}

    /** Of the largest of them, in bytes; 0 if none is there. */
    static long largest(List<Long> pids) {
        return pids.stream()
                .mapToLong(pid -> resident(Path.of("/proc", String.valueOf(pid), "smaps")))
                .max()
                .orElse(0);
    }

    /** The sum over all mappings but those of a state. */
    static long resident(Path smaps) {
        long sum = 0;
        boolean counts = false;
        try {
            for (String line : Files.readAllLines(smaps, StandardCharsets.ISO_8859_1)) {
                if (MAPPING.matcher(line).matches()) {
                    counts = !line.endsWith(STATE);
                } else if (counts && line.startsWith(RESIDENT)) {
                    sum += Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBIBYTE;
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return sum;
    }
}
