package dev.bft.watchdog.sandbox;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;

/**
 * The calls of the C library that start, bound and kill a process and that Java lacks. Sixty-four-bit Linux only: a C
 * {@code long} is a Java {@code long}, and the numbers below are those of x86-64 and aarch64.
 */
final class Libc {

    private static final boolean IS_ARM = System.getProperty("os.arch", "").equals("aarch64");

    static final int SIGKILL = 9;
    static final int O_RDONLY = 0;
    static final int O_WRONLY_CREATE_APPEND = 0x1 | 0x40 | 0x400;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;
    static final int O_NOFOLLOW = IS_ARM ? 0x8000 : 0x20000;
    static final int SIG_SETMASK = 2;
    static final int SIGNALS_BYTES = 128;
    static final int AF_UNIX = 1;
    static final int SOCK_STREAM_CLOEXEC = 1 | O_CLOEXEC;
    static final int F_DUPFD_CLOEXEC = 1030;
    static final int EINTR = 4;
    static final int ESRCH = 3;

    static final int PR_SET_PDEATHSIG = 1;
    static final int PR_SET_NO_NEW_PRIVS = 38;

    static final int RLIMIT_FSIZE = 1;
    static final int RLIMIT_CORE = 4;
    static final int RLIMIT_NOFILE = 7;

    static final long SYS_PIDFD_SEND_SIGNAL = 424;
    static final long SYS_PIDFD_OPEN = 434;
    static final long SYS_CLOSE_RANGE = 436;
    static final long CLOSE_RANGE_CLOEXEC = 4;

    static final short POSIX_SPAWN_SETSIGDEF = 0x04;
    static final short POSIX_SPAWN_SETSIGMASK = 0x08;
    static final short POSIX_SPAWN_SETSID = 0x80;

    static {
        Native.register(Libc.class, "c");
    }

    private Libc() {}

    static native int posix_spawn(
            IntByReference pid, String path, Pointer actions, Pointer attributes, Pointer argv, Pointer envp);

    static native int posix_spawn_file_actions_init(Pointer actions);

    static native int posix_spawn_file_actions_destroy(Pointer actions);

    static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

    static native int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int from);

    static native int posix_spawn_file_actions_addchdir_np(Pointer actions, String folder);

    static native int posix_spawnattr_init(Pointer attributes);

    static native int posix_spawnattr_destroy(Pointer attributes);

    static native int posix_spawnattr_setflags(Pointer attributes, short flags);

    static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer signals);

    static native int posix_spawnattr_setsigdefault(Pointer attributes, Pointer signals);

    static native int execve(String path, Pointer argv, Pointer envp);

    static native int kill(int pid, int signal);

    static native int waitpid(int pid, IntByReference status, int options);

    static native int poll(Pointer entries, long count, int timeoutMillis);

    static native int socketpair(int domain, int type, int protocol, int[] ends);

    static native int pipe2(int[] ends, int flags);

    static native int open(String path, int flags, int mode);

    static native int close(int descriptor);

    static native int fcntl(int descriptor, int command, long argument);

    static native int prctl(int option, long a, long b, long c, long d);

    static native int setrlimit(int resource, Pointer limit);

    static native int getrlimit(int resource, Pointer limit);

    static native int sigprocmask(int how, Pointer signals, Pointer old);

    static native int getppid();

    static native int setsid();

    static native int chdir(String folder);

    static native long syscall(long number, long a, long b, long c, long d);

    static native String strerror(int errno);
}
