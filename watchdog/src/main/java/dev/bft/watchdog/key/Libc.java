package dev.bft.watchdog.key;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;

/** The calls of the C library by which a process guards itself and talks over descriptors it was given. 64-bit Linux. */
final class Libc {

    static final int PR_SET_DUMPABLE = 4;
    static final int PR_GET_DUMPABLE = 3;
    static final int RLIMIT_CORE = 4;
    static final int SHUT_RDWR = 2;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CMSG_CLOEXEC = 0x40000000;

    static final int ECONNRESET = 104;

    private static final int EINTR = 4;

    static {
        Native.register(Libc.class, "c");
    }

    private Libc() {}

    static native int prctl(int option, long a, long b, long c, long d);

    static native int setrlimit(int resource, Pointer limit);

    static native long recv(int socket, Pointer bytes, long length, int flags);

    static native long send(int socket, Pointer bytes, long length, int flags);

    static native long recvmsg(int socket, Pointer message, int flags);

    static native long sendmsg(int socket, Pointer message, int flags);

    static native int shutdown(int socket, int how);

    static native int close(int descriptor);

    static native String strerror(int errno);

    /** One call that may be interrupted by a signal. */
    interface Call {
        long run();
    }

    /** Makes a call until no signal interrupts it. */
    static long retried(String name, Call call) throws IOException {
        while (true) {
            long result = call.run();
            if (result >= 0) {
                return result;
            }
            int errno = Native.getLastError();
            if (errno != EINTR) {
                throw new IOException(name + ": " + strerror(errno));
            }
        }
    }
}
