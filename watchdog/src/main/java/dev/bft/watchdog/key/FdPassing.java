package dev.bft.watchdog.key;

import com.sun.jna.Memory;
import java.io.EOFException;
import java.io.IOException;

/**
 * Passes an open descriptor to the process at the other end of a Unix socket, with one byte of data.
 *
 * <p>The receiver must be about to read exactly that byte: an ordinary read would close the descriptor.
 */
public final class FdPassing {

    private static final int MESSAGE_BYTES = 56;
    private static final int IOV_AT = 16;
    private static final int IOV_COUNT_AT = 24;
    private static final int CONTROL_AT = 32;
    private static final int CONTROL_LENGTH_AT = 40;

    private static final int CONTROL_BYTES = 24;
    private static final long CONTROL_LENGTH = 20;
    private static final int LEVEL_AT = 8;
    private static final int TYPE_AT = 12;
    private static final int DESCRIPTOR_AT = 16;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    private FdPassing() {}

    /** Sends a copy of the descriptor; the caller's stays its own. */
    public static void sendFd(int socket, int descriptor) throws IOException {
        try (Message message = new Message()) {
            message.control.setLong(0, CONTROL_LENGTH);
            message.control.setInt(LEVEL_AT, SOL_SOCKET);
            message.control.setInt(TYPE_AT, SCM_RIGHTS);
            message.control.setInt(DESCRIPTOR_AT, descriptor);
            Libc.retried("sendmsg", () -> Libc.sendmsg(socket, message.header, Libc.MSG_NOSIGNAL));
        }
    }

    /** Receives a descriptor, closed on exec; the caller closes it. */
    public static int receiveFd(int socket) throws IOException {
        try (Message message = new Message()) {
            long count = Libc.retried("recvmsg", () -> Libc.recvmsg(socket, message.header, Libc.MSG_CMSG_CLOEXEC));
            if (count == 0) {
                throw new EOFException("the socket ended before a descriptor came");
            }
            boolean given = message.header.getLong(CONTROL_LENGTH_AT) >= CONTROL_LENGTH
                    && message.control.getLong(0) == CONTROL_LENGTH
                    && message.control.getInt(LEVEL_AT) == SOL_SOCKET
                    && message.control.getInt(TYPE_AT) == SCM_RIGHTS;
            if (!given) {
                throw new IOException("a byte came without its descriptor");
            }
            return message.control.getInt(DESCRIPTOR_AT);
        }
    }

    /** The C structures of a message with one byte and room for one descriptor. */
    private static final class Message implements AutoCloseable {

        private final Memory header = new Memory(MESSAGE_BYTES);
        private final Memory control = new Memory(CONTROL_BYTES);
        private final Memory vector = new Memory(2 * Long.BYTES);
        private final Memory data = new Memory(1);

        Message() {
            header.clear();
            control.clear();
            data.clear();
            vector.setPointer(0, data);
            vector.setLong(Long.BYTES, data.size());
            header.setPointer(IOV_AT, vector);
            header.setLong(IOV_COUNT_AT, 1);
            header.setPointer(CONTROL_AT, control);
            header.setLong(CONTROL_LENGTH_AT, control.size());
        }

        @Override
        public void close() {
            header.close();
            control.close();
            vector.close();
            data.close();
        }
    }
}
