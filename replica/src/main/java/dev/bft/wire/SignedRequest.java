package dev.bft.wire;

import java.util.Arrays;

/**
 * A client's request together with the frame it came in, which holds the client's authentication.
 *
 * @param envelope the parsed frame
 * @param request its body
 * @param digest the request digest
 */
public record SignedRequest(Envelope envelope, Request request, Digest digest) implements Proposal.Entry {
    /** The request in this frame; fails unless the frame is a request of a client. */
    public static SignedRequest read(byte[] frame) throws MalformedException {
        return of(Envelope.readRequest(frame));
    }

    /** The request in an envelope already parsed. */
    public static SignedRequest of(Envelope envelope) throws MalformedException {
        if (!(envelope.message() instanceof Request request)) {
            throw new MalformedException("not a request");
        }
        return new SignedRequest(envelope, request, request.digest(envelope.sender()));
    }

    @Override
    public byte[] signature() {
        return request.signature();
    }

    /** The same request with another signature; with that its MACs are gone, since they cover it. */
    public SignedRequest withSignature(byte[] signature) {
        if (Arrays.equals(signature, request.signature())) {
            return this;
        }
        Request r = request;
        Request other = new Request(r.session(), r.base(), r.number(), r.kind(), r.replier(), r.operation(), signature);
        return new SignedRequest(envelope.with(other), other, digest);
    }

    /** The client. */
    public int client() {
        return envelope.sender();
    }

    /** The frame's bytes. */
    public byte[] frame() {
        return envelope.frame();
    }
}
