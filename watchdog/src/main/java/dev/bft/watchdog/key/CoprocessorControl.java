package dev.bft.watchdog.key;

import dev.bft.coprocessor.CoprocessorReply;
import dev.bft.coprocessor.CoprocessorReply.Refused;
import dev.bft.coprocessor.CoprocessorReply.Signed;
import dev.bft.coprocessor.CoprocessorRequest;
import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.LocalProtocolException;
import dev.bft.coprocessor.RefusedException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;

/**
 * The monitor's end of a coprocessor's control channel.
 *
 * <p>Blocking, one request at a time; safe to use from several threads. When it closes, the coprocessor ends.
 */
public final class CoprocessorControl implements Closeable {

    private final FdSocket socket;
    private final LocalChannel channel;

    /** Takes over the descriptor of our end of the socket pair whose other end is the coprocessor's fd 0. */
    public CoprocessorControl(int descriptor) {
        this.socket = new FdSocket(descriptor);
        this.channel = new LocalChannel(socket, socket);
    }

    /** Whose keys it holds; returns once they are loaded, so this is how to wait for its start. */
    public synchronized CoprocessorIdentity identity() throws IOException {
        channel.write(new ControlMessage.Identify().encode());
        if (ControlMessage.decode(controlReply()) instanceof ControlMessage.Identity identity) {
            return identity.value();
        }
        throw new LocalProtocolException("the coprocessor answered what was not asked");
    }

    /** Signs a statement about a recovery or a boot, with the next counter. */
    public synchronized Signed sign(byte domain, byte[] payload) throws IOException {
        channel.write(new CoprocessorRequest.Sign(domain, payload).encode());
        CoprocessorReply reply = CoprocessorReply.decode(reply());
        if (reply instanceof Signed signed) {
            return signed;
        }
        throw reply instanceof Refused refused
                ? new RefusedException(refused.reason())
                : new LocalProtocolException("the coprocessor answered what was not asked");
    }

    /**
     * Hands over a new boot's channel: when this returns, the old boot's channel is dead.
     *
     * @param bootSeq for the coprocessor's log
     * @param descriptor one end of a socket pair whose other end becomes the replica's fd 0; the caller closes its own
     */
    public synchronized void newBoot(long bootSeq, int descriptor) throws IOException {
        channel.write(new ControlMessage.NewChannel(bootSeq).encode());
        FdPassing.sendFd(socket.descriptor(), descriptor);
        if (!ControlMessage.decode(controlReply()).equals(new ControlMessage.Accepted(bootSeq))) {
            throw new LocalProtocolException("the coprocessor answered what was not asked");
        }
    }

    /** Closes the channel; who waits for an answer gets an error. */
    @Override
    public void close() {
        socket.shutdown();
        closeDescriptor();
    }

    private synchronized void closeDescriptor() {
        socket.close();
    }

    private Frame controlReply() throws IOException {
        Frame frame = reply();
        if (!ControlMessage.isControl(frame)) {
            throw new LocalProtocolException("the coprocessor answered what was not asked");
        }
        return frame;
    }

    private Frame reply() throws IOException {
        return channel.read().orElseThrow(() -> new EOFException("the coprocessor is gone"));
    }
}
