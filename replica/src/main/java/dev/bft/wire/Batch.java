package dev.bft.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The requests of one seqno, in the order of execution, and the agreed non-deterministic value.
 *
 * <p>The digest covers the request digests and signatures in order and the value, not the requests' MACs, the view or
 * the seqno: a batch keeps its digest across views (section 4.2). With the signatures in it, a body that somebody
 * passed on is as good as the proposer's: what execution looks at is the same everywhere.
 *
 * @param requests the client requests with their own authentication
 * @param nondet the time that the primary proposed, 8 bytes, and what the service adds to it; empty in the null batch
 * @param digest the batch digest
 */
public record Batch(List<SignedRequest> requests, byte[] nondet, Digest digest) {
    private static final byte[] TAG = Digest.tag("B");
    static final int NONDET = 256;

    /** The batch of a seqno where nothing stands: no requests, no value (section 4.2). */
    public static final Batch NULL = of(List.of(), new byte[0]);

    /** A batch and its digest. */
    public static Batch of(List<SignedRequest> requests, byte[] nondet) {
        return new Batch(List.copyOf(requests), nondet, digest(requests, nondet));
    }

    static Digest digest(List<? extends Proposal.Entry> requests, byte[] nondet) {
        Out out = new Out(64 + requests.size() * Digest.BYTES);
        out.fixed(TAG).i32(requests.size());
        for (Proposal.Entry request : requests) {
            out.digest(request.digest()).bytes(request.signature());
        }
        out.bytes(nondet);
        return Digest.of(out.toBytes());
    }

    /** A batch with a time, in microseconds since the epoch, and what the service adds to it. */
    public static Batch of(List<SignedRequest> requests, long timeMicros, byte[] value) {
        return of(
                requests,
                new Out(Long.BYTES + value.length).i64(timeMicros).fixed(value).toBytes());
    }

    /** The time that the primary proposed, in microseconds since the epoch; 0 if it proposed none. */
    public long proposedTime() {
        long time = 0;
        for (int i = 0; i < Long.BYTES && nondet.length >= Long.BYTES; i++) {
            time = time << 8 | (nondet[i] & 0xff);
        }
        return time;
    }

    /** What the service of the primary proposed; a copy of its own. */
    public byte[] proposedValue() {
        return Arrays.copyOfRange(nondet, Math.min(Long.BYTES, nondet.length), nondet.length);
    }

    /** The bytes of all its requests. */
    public int size() {
        int size = 0;
        for (SignedRequest request : requests) {
            size += request.frame().length;
        }
        return size;
    }

    /** Writes requests and value; the digest is recomputed by whoever reads. */
    public void write(Out out) {
        out.i32(requests.size());
        for (SignedRequest request : requests) {
            out.bytes(request.frame());
        }
        out.bytes(nondet);
    }

    /** Reads a batch; every request is parsed, none is authenticated yet. */
    public static Batch read(In in) throws MalformedException {
        int count = in.count(Limits.BATCH_REQUESTS);
        List<SignedRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(SignedRequest.read(in.bytes(Limits.REQUEST_FRAME)));
        }
        return of(requests, in.bytes(NONDET));
    }

    /** A batch from its bytes alone. */
    public static Batch read(byte[] bytes) throws MalformedException {
        In in = new In(bytes);
        Batch batch = read(in);
        in.end();
        return batch;
    }

    /** The bytes of {@link #write}. */
    public byte[] toBytes() {
        Out out = new Out(size() + 16 + 4 * requests.size());
        write(out);
        return out.toBytes();
    }
}
