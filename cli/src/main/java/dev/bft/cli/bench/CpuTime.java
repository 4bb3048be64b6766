package dev.bft.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The CPU time of some processes, as /proc tells it. */
public final class CpuTime {

    /** A kernel's clock tick as user programs see it; the same on every Linux that Java runs on. */
    private static final long NANOS_PER_TICK = 10_000_000L;

    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private final List<Long> pids;

    /** @param pids the processes; this one is always one of them */
    public CpuTime(List<Long> pids) {
        this.pids = List.copyOf(pids);
    }

    /** Their CPU time since they began, in nanoseconds; a process that is gone counts nothing. */
    public long read() {
        long ticks = ticks(ProcessHandle.current().pid());
        for (long pid : pids) {
            ticks += ticks(pid);
        }
        return ticks * NANOS_PER_TICK;
    }

    private static long ticks(long pid) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", String.valueOf(pid), "stat"));
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            // The name in parentheses may hold spaces; the fields are counted from its end.
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
        } catch (IOException e) {
            return 0;
        }
    }
}
