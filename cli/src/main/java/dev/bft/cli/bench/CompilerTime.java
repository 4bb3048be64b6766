package dev.bft.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The processor time that the just-in-time compilers of some Java processes have taken, as /proc tells it. */
public final class CompilerTime {

    private static final String THREADS = "C[12] CompilerThre";

    private final Path proc;
    private final List<Long> pids;
    /** The most that was seen of each: a virtual machine with many processors ends compilers that idle. */
    private final Map<String, Long> byThread = new TreeMap<>();

    /** @param pids the processes */
    public CompilerTime(List<Long> pids) {
        this(Path.of("/proc"), pids);
    }

    CompilerTime(Path proc, List<Long> pids) {
        this.proc = proc;
        this.pids = List.copyOf(pids);
    }

    /** Since they began, nanoseconds; a thread that has ended counts with what it had when it was last seen. */
    public long read() {
        for (long pid : pids) {
            Path threads = proc.resolve(Long.toString(pid)).resolve("task");
            String[] names = threads.toFile().list();
            for (String name : names == null ? new String[0] : names) {
                byThread.merge(name, ofThread(threads.resolve(name)), Math::max);
            }
        }
        return byThread.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long ofThread(Path thread) {
        try {
            if (!Files.readString(thread.resolve("comm")).strip().matches(THREADS)) {
                return 0;
            }
            // Nanoseconds on a processor, nanoseconds waiting for one, how often.
            String[] fields =
                    Files.readString(thread.resolve("schedstat")).strip().split(" ", -1);
            return Long.parseLong(fields[0]);
        } catch (IOException e) {
            return 0;
        }
    }
}
