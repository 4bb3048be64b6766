package dev.bft.coprocessor;

import dev.bft.coprocessor.CoprocessorReply.Opened;
import dev.bft.coprocessor.CoprocessorReply.Refused;
import dev.bft.coprocessor.CoprocessorReply.Signed;
import dev.bft.coprocessor.CoprocessorReply.Unopenable;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;

/**
 * The client side of a coprocessor: signs and opens with keys that this process never sees.
 *
 * <p>Blocking, one request at a time; safe to use from several threads. A coprocessor that is gone, or answers what
 * was not asked, is an {@link IOException}: the process cannot go on without it.
 */
public final class Coprocessor implements Closeable {

    private final LocalChannel channel;

    /** A coprocessor at the other end of this channel. */
    public Coprocessor(LocalChannel channel) {
        this.channel = channel;
    }

    /** Signs the payload in a domain, with the coprocessor's next counter. */
    public Signed sign(byte domain, byte[] payload) throws IOException {
        CoprocessorReply reply = ask(new CoprocessorRequest.Sign(domain, payload));
        if (reply instanceof Signed signed) {
            return signed;
        }
        throw unexpected(reply);
    }

    /** Opens a sealed secret; empty if it was not sealed for this key in this context. */
    public Optional<byte[]> open(byte[] context, byte[] sealed) throws IOException {
        CoprocessorReply reply = ask(new CoprocessorRequest.Open(context, sealed));
        if (reply instanceof Opened opened) {
            return Optional.of(opened.secret());
        }
        if (reply instanceof Unopenable) {
            return Optional.empty();
        }
        throw unexpected(reply);
    }

    private synchronized CoprocessorReply ask(CoprocessorRequest request) throws IOException {
        channel.write(request.encode());
        Frame frame = channel.read().orElseThrow(() -> new EOFException("the coprocessor closed its channel"));
        return CoprocessorReply.decode(frame);
    }

    private static IOException unexpected(CoprocessorReply reply) {
        return reply instanceof Refused refused
                ? new RefusedException(refused.reason())
                : new LocalProtocolException("the coprocessor answered what was not asked");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
