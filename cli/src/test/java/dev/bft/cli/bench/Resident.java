package dev.bft.cli.bench;

import java.nio.file.Path;

/** The resident memory of one process, for tests: the map of a replica's state is apart. */
public final class Resident {
    private Resident() {}

    /** In bytes; 0 if it is gone. */
    public static long bytes(long pid) {
        return ProcessMemory.resident(Path.of("/proc", String.valueOf(pid), "smaps"));
    }
}
