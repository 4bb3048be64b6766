package dev.bft.cli.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The processor time that the just-in-time compilers of some Java processes have taken, as /proc tells it. */
public final class CompilerTime {

    private static final String THREADS = "C[12] CompilerThre";

    private final Path proc;
    private final List<Long> pids;

    /** @param pids the processes */
    public CompilerTime(List<Long> pids) {
        this(Path.of("/proc"), pids);
    }

    CompilerTime(Path proc, List<Long> pids) {
        this.proc = proc;
        this.pids = List.copyOf(pids);
    }

    /** Since they began, nanoseconds; a process or thread that is gone counts nothing. */
    public long read() {
        return pids.stream().mapToLong(this::of).sum();
    }

    private long of(long pid) {
        long nanos = 0;
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(proc.resolve(Long.toString(pid)).resolve("task"))) {
            for (Path thread : threads) {
                nanos += ofThread(thread);
            }
        } catch (IOException e) {
            return 0;
        }
        return nanos;
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
