package dev.bft.watchdog.key;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;

/** What a process does to itself before it reads a secret: no other process of its user may look into it. */
final class SelfGuard {

    private SelfGuard() {}

    /** Forbids core files, and the reading of this process's memory by any process without privileges. */
    static void raise() throws IOException {
        try (Memory none = new Memory(2 * Long.BYTES)) {
            none.clear();
            check("setrlimit", Libc.setrlimit(Libc.RLIMIT_CORE, none));
        }
        check("prctl", Libc.prctl(Libc.PR_SET_DUMPABLE, 0, 0, 0, 0));
        if (Libc.prctl(Libc.PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) {
            throw new IOException("the process is still dumpable");
        }
    }

    private static void check(String call, int result) throws IOException {
        if (result != 0) {
            throw new IOException(call + ": " + Libc.strerror(Native.getLastError()));
        }
    }
}
