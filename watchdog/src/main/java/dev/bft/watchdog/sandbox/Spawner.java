package dev.bft.watchdog.sandbox;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread that starts processes. The kernel kills a launched process when the thread that started it ends, so there is
 * one such thread and it ends with this process, even when nothing refers to this object any more: the executors of
 * {@link java.util.concurrent.Executors} for one thread end theirs when they are collected, a plain pool does not.
 */
public final class Spawner {

    /** Room for the C library's own structures, whose sizes (80 and 336 bytes) its headers alone know. */
    private static final int STRUCTURE_BYTES = 512;

    private static final Path ROOT = Path.of("/");

    private final TrustedJvm jvm;
    private final ExecutorService thread =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Spawner::daemon);

    /** @param jvm runs the launcher */
    public Spawner(TrustedJvm jvm) {
        this.jvm = jvm;
    }

    /**
     * Starts a program through the launcher, with an environment made from nothing. It gets copies of its descriptors;
     * the caller closes its own.
     */
    public Child spawn(Launch launch) throws IOException {
        int self = (int) ProcessHandle.current().pid();
        List<String> command = jvm.launcher(Order.of(launch, self));
        return start(new Launch(command, ROOT, launch.descriptors(), launch.limits()));
    }

    private static Thread daemon(Runnable task) {
        Thread spawner = new Thread(task, "spawner");
        spawner.setDaemon(true);
        return spawner;
    }

    private Child start(Launch launch) throws IOException {
        try {
            return thread.submit(() -> startHere(launch)).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(
                    "interrupted while starting " + launch.command().get(0), e);
        } catch (ExecutionException e) {
            throw new IOException("cannot start " + launch.command().get(0) + ": " + reason(e), e);
        }
    }

    private static String reason(ExecutionException e) {
        Throwable cause = e.getCause();
        return cause == null ? e.toString() : String.valueOf(cause.getMessage());
    }

    private static Child startHere(Launch launch) throws SystemCallException {
        String program = launch.command().get(0);
        IntByReference pid = new IntByReference();
        try (CStrings arguments = new CStrings(launch.command());
                CStrings environment = new CStrings(CStrings.ENVIRONMENT);
                Memory actions = new Memory(STRUCTURE_BYTES);
                Memory attributes = new Memory(STRUCTURE_BYTES)) {
            SystemCallException.checkZero("file actions", Libc.posix_spawn_file_actions_init(actions));
            SystemCallException.checkZero("attributes", Libc.posix_spawnattr_init(attributes));
            giveDescriptors(actions, launch);
            clearSignals(attributes);
            Pointer argv = arguments.pointer();
            int failed = Libc.posix_spawn(pid, program, actions, attributes, argv, environment.pointer());
            Libc.posix_spawn_file_actions_destroy(actions);
            Libc.posix_spawnattr_destroy(attributes);
            SystemCallException.checkZero("posix_spawn", failed);
        }
        return Child.of(pid.getValue());
    }

    private static void giveDescriptors(Memory actions, Launch launch) throws SystemCallException {
        int count = launch.descriptors().size();
        for (int i = 0; i < count; i++) {
            int from = launch.descriptors().get(i).number();
            SystemCallException.checkZero("dup2", Libc.posix_spawn_file_actions_adddup2(actions, from, i));
        }
        SystemCallException.checkZero("closefrom", Libc.posix_spawn_file_actions_addclosefrom_np(actions, count));
        String folder = launch.folder().toString();
        SystemCallException.checkZero("chdir", Libc.posix_spawn_file_actions_addchdir_np(actions, folder));
    }

    /** Nothing ignored or blocked here reaches the child; in a session of its own, neither does a terminal's Ctrl-C. */
    private static void clearSignals(Memory attributes) throws SystemCallException {
        try (Memory none = new Memory(Libc.SIGNALS_BYTES);
                Memory all = new Memory(Libc.SIGNALS_BYTES)) {
            none.clear();
            all.setMemory(0, Libc.SIGNALS_BYTES, (byte) 0xff);
            SystemCallException.checkZero("sigmask", Libc.posix_spawnattr_setsigmask(attributes, none));
            SystemCallException.checkZero("sigdefault", Libc.posix_spawnattr_setsigdefault(attributes, all));
        }
        short flags = (short) (Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK | Libc.POSIX_SPAWN_SETSID);
        SystemCallException.checkZero("flags", Libc.posix_spawnattr_setflags(attributes, flags));
    }
}
