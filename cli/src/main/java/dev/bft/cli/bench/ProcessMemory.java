package dev.bft.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The resident memory of processes, as /proc tells it. */
final class ProcessMemory {

    private static final String RESIDENT = "VmRSS:";
    private static final long KIBIBYTE = 1024;

    private ProcessMemory() {}

    /** Of the largest of them, in bytes; 0 if none is there. */
    static long largest(List<Long> pids) {
        return pids.stream().mapToLong(ProcessMemory::resident).max().orElse(0);
    }

    private static long resident(long pid) {
        Path status = Path.of("/proc", String.valueOf(pid), "status");
        try {
            return Files.readAllLines(status, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBIBYTE)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
