package dev.bft.sim;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.In;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Proposal;
import dev.bft.wire.SignedRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Every batch and request that was seen in a run. The same bytes come by often; they are parsed once. */
final class Batches {
    private final Map<Long, Seen> lastBySeqno = new HashMap<>();
    private final Map<Digest, byte[]> operations = new HashMap<>();
    private final Map<Digest, Batch> batches = new HashMap<>();

    private record Seen(byte[] bytes, int from, Digest digest) {
        boolean isAt(byte[] other, int otherFrom) {
            return Arrays.equals(bytes, from, bytes.length, other, otherFrom, other.length);
        }
    }

    /** The digest of the batch whose bytes begin there and end with the array. */
    Digest digest(long seqno, byte[] bytes, int from) {
        Seen last = lastBySeqno.get(seqno);
        if (last != null && last.isAt(bytes, from)) {
            return last.digest;
        }
        Digest digest = parse(bytes, from);
        lastBySeqno.put(seqno, new Seen(bytes, from, digest));
        return digest;
    }

    /** The same of a proposal; what it only names, its primary has on disk. */
    Digest digest(Proposal proposal) {
        for (Proposal.Entry entry : proposal.entries()) {
            if (entry instanceof SignedRequest request) {
                remember(request);
            }
        }
        return proposal.digest();
    }

    private Digest parse(byte[] bytes, int from) {
        try {
            Batch batch = Batch.read(new In(bytes, from, bytes.length));
            batch.requests().forEach(this::remember);
            batches.put(batch.digest(), batch);
            return batch.digest();
        } catch (MalformedException e) {
            throw new IllegalStateException("a correct replica made a batch that nobody can read", e);
        }
    }

    /** The batch of a digest, if it was seen. */
    Optional<Batch> batch(Digest digest) {
        return digest.equals(Batch.NULL.digest()) ? Optional.of(Batch.NULL) : Optional.ofNullable(batches.get(digest));
    }

    private void remember(SignedRequest request) {
        if (!request.request().open()) {
            operations.put(request.digest(), request.request().operation());
        }
    }

    /** The operation of a request that was in some batch. */
    Optional<byte[]> operation(Digest request) {
        return Optional.ofNullable(operations.get(request));
    }
}
