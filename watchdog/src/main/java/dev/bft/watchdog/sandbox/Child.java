package dev.bft.watchdog.sandbox;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.util.concurrent.CompletableFuture;

/**
 * A process that a {@link Spawner} started, known by its pidfd: no other process can take its place, however long it is
 * dead. It is dead when the pidfd says so, not when it was told to die.
 */
public final class Child {

    private static final short READABLE = 1;

    private final int pid;
    private final Descriptor pidfd;
    private final CompletableFuture<Exit> death = new CompletableFuture<>();

    private Child(int pid, Descriptor pidfd) {
        this.pid = pid;
        this.pidfd = pidfd;
    }

    /** Called right after the start, before anyone could have waited for the process: its pid is still its own. */
    static Child of(int pid) throws SystemCallException {
        Child child = new Child(pid, descriptor(pid));
        Thread watcher = new Thread(child::watch, "death of process " + pid);
        watcher.setDaemon(true);
        watcher.start();
        return child;
    }

    /** A process that cannot be watched must not run: whoever asked for it will ask again. */
    private static Descriptor descriptor(int pid) throws SystemCallException {
        try {
            return Descriptor.ofProcess(pid);
        } catch (SystemCallException e) {
            SystemCallException.check("kill " + pid, Libc.kill(pid, Libc.SIGKILL));
            SystemCallException.check("waitpid " + pid, Libc.waitpid(pid, new IntByReference(), 0));
            throw e;
        }
    }

    /** Returns the process id, for people and for /proc. */
    public int pid() {
        return pid;
    }

    /** Returns what completes once the process is proved dead, never before. */
    public CompletableFuture<Exit> death() {
        return death.copy();
    }

    /** Sends SIGKILL, also to a process that is dead already; {@link #death} tells when it has worked. */
    public void kill() throws SystemCallException {
        synchronized (pidfd) {
            if (death.isDone()) {
                return;
            }
            long result = Libc.syscall(Libc.SYS_PIDFD_SEND_SIGNAL, pidfd.number(), Libc.SIGKILL, 0, 0);
            if (result < 0 && Native.getLastError() != Libc.ESRCH) {
                SystemCallException.check("pidfd_send_signal to process " + pid, (int) result);
            }
        }
    }

    private void watch() {
        try {
            awaitReadable();
            Exit exit = reap();
            synchronized (pidfd) {
                death.complete(exit);
                pidfd.close();
            }
        } catch (SystemCallException e) {
            death.completeExceptionally(e);
        }
    }

    private void awaitReadable() throws SystemCallException {
        try (Memory entry = new Memory(8)) {
            int ready = 0;
            while (ready <= 0) {
                entry.setInt(0, pidfd.number());
                entry.setShort(4, READABLE);
                entry.setShort(6, (short) 0);
                ready = Libc.poll(entry, 1, -1);
                if (ready < 0 && Native.getLastError() != Libc.EINTR) {
                    SystemCallException.check("poll of process " + pid, ready);
                }
            }
        }
    }

    /** It has ended, so this returns at once; until now its number could not be given to another process. */
    private Exit reap() throws SystemCallException {
        IntByReference status = new IntByReference();
        SystemCallException.check("waitpid " + pid, Libc.waitpid(pid, status, 0));
        return Exit.ofStatus(status.getValue());
    }
}
