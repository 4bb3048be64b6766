package dev.bft.wire;

/**
 * REQUEST-SIGNATURE: a replica asks a client to sign a request, because replicas cannot tell that it is the client's
 * (amendment AG7).
 *
 * @param request the request digest
 */
public record SignatureAsked(Digest request) implements Message {
    @Override
    public Type type() {
        return Type.REQUEST_SIGNATURE;
    }

    @Override
    public void write(Out out) {
        out.digest(request);
    }

    static SignatureAsked read(In in) throws MalformedException {
        return new SignatureAsked(in.digest());
    }
}
