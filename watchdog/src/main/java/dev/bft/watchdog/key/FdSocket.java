package dev.bft.watchdog.key;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;

/**
 * A connected socket known by its descriptor, which Java's own channels cannot be made from.
 *
 * <p>Blocking. One thread reads and one writes; any thread may {@link #shutdown}, which ends both. Descriptors that the
 * other end sends along are closed by the kernel, since nothing here asks for them.
 */
public final class FdSocket implements ByteChannel {

    private static final int BUFFER_BYTES = 8192;

    private final int descriptor;
    private final Memory incoming = new Memory(BUFFER_BYTES);
    private final Memory outgoing = new Memory(BUFFER_BYTES);
    private boolean open = true;

    /** A socket that takes this descriptor over and closes it. */
    public FdSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /** The descriptor, to be used while this is open. */
    public int descriptor() {
        return descriptor;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        requireOpen();
        long room = Math.min(BUFFER_BYTES, target.remaining());
        int count = (int) Libc.retried("recv", () -> endIfReset(Libc.recv(descriptor, incoming, room, 0)));
        target.put(incoming.getByteArray(0, count));
        return count == 0 && room > 0 ? -1 : count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        requireOpen();
        byte[] some = new byte[Math.min(BUFFER_BYTES, source.remaining())];
        source.get(source.position(), some);
        outgoing.write(0, some, 0, some.length);
        int count = (int) Libc.retried("send", () -> Libc.send(descriptor, outgoing, some.length, Libc.MSG_NOSIGNAL));
        source.position(source.position() + count);
        return count;
    }

    /** Ends the connection for both sides; a thread that waits here returns. The descriptor stays until the close. */
    public synchronized void shutdown() {
        if (open) {
            Libc.shutdown(descriptor, Libc.SHUT_RDWR);
        }
    }

    @Override
    public synchronized boolean isOpen() {
        return open;
    }

    /** Closes the descriptor; to be called by the thread that reads and writes. */
    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            Libc.close(descriptor);
        }
    }

    /** An end that closes without having read all is a reset here; it is an end all the same. */
    private static long endIfReset(long count) {
        return count < 0 && Native.getLastError() == Libc.ECONNRESET ? 0 : count;
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
