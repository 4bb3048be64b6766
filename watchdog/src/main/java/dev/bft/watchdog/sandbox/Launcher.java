package dev.bft.watchdog.sandbox;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * The last trusted code before a replica: binds this process, then becomes the program it was told to start. All of it
 * happens on the main thread, for some of the bonds are a thread's own and only the thread that calls exec keeps them.
 *
 * <p>In order: limits; death with the watchdog, and a check that the watchdog had not died before; no new privileges by
 * exec; every descriptor but the program's own closed on exec; a new environment; exec.
 */
public final class Launcher {

    /** The exit code for "the program was never started"; nothing else in this project exits with it. */
    public static final int NOT_LAUNCHED = 121;

    private Launcher() {}

    /** Becomes the program of this order; returns never, and exits only when it cannot. */
    public static void main(String[] args) {
        try {
            become(Order.parse(args));
        } catch (SystemCallException | IllegalArgumentException e) {
            System.err.println("launcher: " + e.getMessage());
        }
        System.exit(NOT_LAUNCHED);
    }

    private static void become(Order order) throws SystemCallException {
        limit(Libc.RLIMIT_CORE, 0);
        limit(Libc.RLIMIT_NOFILE, order.limits().openFiles());
        limit(Libc.RLIMIT_FSIZE, order.limits().fileBytes());
        dieWith(order.parent());
        SystemCallException.check("no_new_privs", Libc.prctl(Libc.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
        long first = order.descriptorCount();
        long result = Libc.syscall(Libc.SYS_CLOSE_RANGE, first, 0xffffffffL, Libc.CLOSE_RANGE_CLOEXEC, 0);
        SystemCallException.check("close_range", (int) result);
        SystemCallException.check("chdir " + order.folder(), Libc.chdir(order.folder()));
        unblockSignals();
        exec(order);
    }

    /** This JVM blocks SIGQUIT, the next one waits for it. */
    private static void unblockSignals() throws SystemCallException {
        try (Memory none = new Memory(Libc.SIGNALS_BYTES)) {
            none.clear();
            SystemCallException.check("sigprocmask", Libc.sigprocmask(Libc.SIG_SETMASK, none, Pointer.NULL));
        }
    }

    private static void exec(Order order) throws SystemCallException {
        String program = order.command().get(0);
        try (CStrings arguments = new CStrings(order.command());
                CStrings environment = new CStrings(CStrings.ENVIRONMENT)) {
            int failed = Libc.execve(program, arguments.pointer(), environment.pointer());
            SystemCallException.check("exec " + program, failed);
        }
    }

    /** Both the soft and the hard limit, so that the program cannot raise it again. */
    private static void limit(int resource, long most) throws SystemCallException {
        try (Memory limit = new Memory(16)) {
            SystemCallException.check("getrlimit", Libc.getrlimit(resource, limit));
            long hard = limit.getLong(8);
            long lowest = Long.compareUnsigned(most, hard) < 0 ? most : hard;
            limit.setLong(0, lowest);
            limit.setLong(8, lowest);
            SystemCallException.check("setrlimit " + resource, Libc.setrlimit(resource, limit));
        }
    }

    /** Asked for first and checked then: a parent that died in between is noticed either way. */
    private static void dieWith(int parent) throws SystemCallException {
        SystemCallException.check("pdeathsig", Libc.prctl(Libc.PR_SET_PDEATHSIG, Libc.SIGKILL, 0, 0, 0));
        if (Libc.getppid() != parent) {
            throw new IllegalArgumentException("the watchdog, process " + parent + ", is gone");
        }
    }
}
