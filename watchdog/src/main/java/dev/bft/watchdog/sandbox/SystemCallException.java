package dev.bft.watchdog.sandbox;

import com.sun.jna.Native;
import java.io.IOException;

/** A call of the C library that failed, with the system's own words for why. */
public final class SystemCallException extends IOException {

    SystemCallException(String call, int errno) {
        super(call + ": " + Libc.strerror(errno) + " (errno " + errno + ")");
    }

    /** Returns the result, or throws when it is the negative number by which a call says that it failed. */
    static int check(String call, int result) throws SystemCallException {
        if (result < 0) {
            throw new SystemCallException(call, Native.getLastError());
        }
        return result;
    }

    /** The {@code posix_spawn} family returns the error itself, and zero when there is none. */
    static void checkZero(String call, int errno) throws SystemCallException {
        if (errno != 0) {
            throw new SystemCallException(call, errno);
        }
    }
}
