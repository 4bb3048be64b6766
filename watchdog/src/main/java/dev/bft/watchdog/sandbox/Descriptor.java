package dev.bft.watchdog.sandbox;

import java.nio.file.Path;

/**
 * An open file descriptor of this process, closed once. It is closed on exec: a child gets it only by
 * {@link Spawner#spawn}.
 */
public final class Descriptor implements AutoCloseable {

    /** Above every number that a child is given, so that no move of one descriptor overwrites another. */
    private static final int LOWEST = 16;

    private final int number;
    private boolean open = true;

    private Descriptor(int number) {
        this.number = number;
    }

    /** Returns both ends of a new pipe. */
    public static Pipe pipe() throws SystemCallException {
        int[] ends = new int[2];
        SystemCallException.check("pipe2", Libc.pipe2(ends, Libc.O_CLOEXEC));
        return new Pipe(moved(ends[0]), moved(ends[1]));
    }

    /** Returns both ends of a new pair of connected stream sockets. */
    public static SocketPair socketPair() throws SystemCallException {
        int[] ends = new int[2];
        SystemCallException.check("socketpair", Libc.socketpair(Libc.AF_UNIX, Libc.SOCK_STREAM_CLOEXEC, 0, ends));
        return new SocketPair(moved(ends[0]), moved(ends[1]));
    }

    /** Opens a file for appending, made with mode 0600 when there is none. */
    public static Descriptor appendTo(Path file) throws SystemCallException {
        int flags = Libc.O_WRONLY_CREATE_APPEND | Libc.O_CLOEXEC | Libc.O_NOFOLLOW;
        return opened(file, flags);
    }

    /** Opens a folder only to name what stands in it by {@link #path}, which is short however long its own name is. */
    public static Descriptor ofFolder(Path folder) throws SystemCallException {
        return opened(folder, Libc.O_PATH | Libc.O_CLOEXEC);
    }

    static Descriptor ofProcess(int pid) throws SystemCallException {
        long fd = Libc.syscall(Libc.SYS_PIDFD_OPEN, pid, 0, 0, 0);
        return new Descriptor(SystemCallException.check("pidfd_open", (int) fd));
    }

    /** Returns the number, to be used while this stands open. */
    public int number() {
        return number;
    }

    /** Gives the descriptor away: whoever takes the number closes it. */
    public synchronized int release() {
        open = false;
        return number;
    }

    /** Returns the name under which this process can open it once more. */
    public Path path() {
        return Path.of("/proc/self/fd/" + number);
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            Libc.close(number);
        }
    }

    private static Descriptor opened(Path file, int flags) throws SystemCallException {
        return moved(SystemCallException.check("open " + file, Libc.open(file.toString(), flags, 0600)));
    }

    private static Descriptor moved(int low) throws SystemCallException {
        if (low >= LOWEST) {
            return new Descriptor(low);
        }
        int high = Libc.fcntl(low, Libc.F_DUPFD_CLOEXEC, LOWEST);
        SystemCallException.check("fcntl", high);
        Libc.close(low);
        return new Descriptor(high);
    }

    /** The two ends of a pipe. */
    public record Pipe(Descriptor readEnd, Descriptor writeEnd) {}

    /** The two ends of a socket pair. */
    public record SocketPair(Descriptor ours, Descriptor theirs) {}
}
