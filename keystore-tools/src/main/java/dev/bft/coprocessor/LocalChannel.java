package dev.bft.coprocessor;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/**
 * A local channel that carries frames: a 4-byte big-endian length of type and body (1 to 64 KiB), a 1-byte type, the
 * body.
 *
 * <p>Blocking. One thread reads; any thread writes, and frames never interleave. After a
 * {@link LocalProtocolException} the channel is useless and is closed by its owner.
 */
public final class LocalChannel implements Closeable {

    /** The longest type and body. */
    public static final int LENGTH_MAX = 64 << 10;

    /** The longest body. */
    public static final int BODY_BYTES_MAX = LENGTH_MAX - 1;

    private final ReadableByteChannel in;
    private final WritableByteChannel out;
    private final Object writing = new Object();

    /** A channel over two blocking ends, which may be the same. */
    public LocalChannel(ReadableByteChannel in, WritableByteChannel out) {
        this.in = in;
        this.out = out;
    }

    /** A channel over two streams; what is written is flushed. */
    public static LocalChannel of(InputStream in, OutputStream out) {
        return new LocalChannel(Channels.newChannel(in), Channels.newChannel(out));
    }

    /** The next frame; empty when the other end closed between frames. */
    public Optional<Frame> read() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Integer.BYTES);
        while (head.hasRemaining()) {
            if (in.read(head) < 0) {
                if (head.position() == 0) {
                    return Optional.empty();
                }
                throw new LocalProtocolException("the channel ended inside a frame");
            }
        }
        int length = head.getInt(0);
        if (length < 1 || length > LENGTH_MAX) {
            throw new LocalProtocolException("a frame says its length is " + length + "; 1 to " + LENGTH_MAX);
        }
        ByteBuffer rest = ByteBuffer.allocate(length);
        while (rest.hasRemaining()) {
            if (in.read(rest) < 0) {
                throw new LocalProtocolException("the channel ended inside a frame");
            }
        }
        rest.flip();
        byte type = rest.get();
        byte[] body = new byte[length - 1];
        rest.get(body);
        return Optional.of(new Frame(type, body));
    }

    /** Writes one frame, whole. */
    public void write(Frame frame) throws IOException {
        ByteBuffer bytes = encode(frame);
        synchronized (writing) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
    }

    /** The bytes of a frame. */
    public static ByteBuffer encode(Frame frame) {
        if (frame.body().length > BODY_BYTES_MAX) {
            throw new IllegalArgumentException(frame + " is longer than " + BODY_BYTES_MAX);
        }
        return ByteBuffer.allocate(Integer.BYTES + 1 + frame.body().length)
                .putInt(1 + frame.body().length)
                .put(frame.type())
                .put(frame.body())
                .flip();
    }

    /** Closes both ends. */
    @Override
    public void close() throws IOException {
        try {
            in.close();
        } finally {
            out.close();
        }
    }
}
