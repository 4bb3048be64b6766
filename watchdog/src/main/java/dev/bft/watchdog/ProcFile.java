package dev.bft.watchdog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What /proc tells of one process after another in the same role. */
final class ProcFile {

    /** The kernel counts CPU time for user space in hundredths of a second. */
    private static final long MILLIS_PER_TICK = 10;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    /** The kernel walks all pages of the process for its share: milliseconds, in which it can map none. */
    private static final long SHARE_PERIOD_NANOS = 10_000_000_000L;

    private final Path proc;
    private int measured;
    private long measuredAt;
    private long residentThen;
    private long share;

    ProcFile() {
        this(Path.of("/proc"));
    }

    ProcFile(Path proc) {
        this.proc = proc;
    }

    /** A process that is gone uses nothing. */
    ProcessUse useOf(int pid) {
        if (pid <= 0) {
            return ProcessUse.NONE;
        }
        String status = read(pid, "status");
        if (status.isEmpty()) {
            return ProcessUse.NONE;
        }
        long resident = bytes(status, "VmRSS");
        return new ProcessUse(pid, resident, Math.min(resident, share(pid, resident)), cpu(read(pid, "stat")));
    }

    /** Measured again once a period, and whenever the process is no longer the size it was: one that boots grows fast. */
    private synchronized long share(int pid, long resident) {
        long now = System.nanoTime();
        boolean resized = Math.abs(resident - residentThen) > residentThen / 4;
        if (pid != measured || resized || now - measuredAt > SHARE_PERIOD_NANOS) {
            share = bytes(read(pid, "smaps_rollup"), "Pss");
            // A process that becomes another program just now cannot be read: it is no larger than it is resident.
            measured = share > 0 ? pid : 0;
            measuredAt = now;
            residentThen = resident;
        }
        return share > 0 ? share : resident;
    }

    private static long bytes(String text, String name) {
        Matcher matcher = Pattern.compile("^" + name + ":\\s+([0-9]+) kB$", Pattern.MULTILINE)
                .matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1)) << 10 : 0;
    }

    /** The program's name, in brackets, may hold anything; the numbers stand after the last one. */
    private static long cpu(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        if (fields.length <= SYSTEM_TIME) {
            return 0;
        }
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) * MILLIS_PER_TICK;
    }

    private String read(int pid, String name) {
        try {
            return Files.readString(proc.resolve(Integer.toString(pid)).resolve(name));
        } catch (IOException e) {
            return "";
        }
    }
}
