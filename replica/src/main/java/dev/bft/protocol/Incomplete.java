package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.Limits;
import dev.bft.wire.Proposal;
import dev.bft.wire.SignedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The proposals of the view that name requests which are not here (section 3.5): nobody votes for what it could not give
 * to others. The requests come from their clients or, asked for by STATUS, with the batch from whoever has it.
 *
 * <p>A faulty primary may name what nobody has. So a proposal is looked at again only when the request that it lacks
 * first becomes known.
 */
final class Incomplete {
    private final RequestQueue queue;
    private final TreeMap<Long, Held> bySeqno = new TreeMap<>();

    /**
     * A proposal that waits.
     *
     * @param size the bytes of its entries
     * @param found how many of its requests, from the first on, were here when it was looked at last
     */
    private record Held(Proposal proposal, int size, int found) {
        boolean lacksFirst(SignedRequest request) {
            return proposal.entries().get(found).digest().equals(request.digest());
        }
    }

    Incomplete(RequestQueue queue) {
        this.queue = queue;
    }

    /** The batch that is proposed for a seqno, if all of it is here; else the proposal waits. */
    Optional<Batch> complete(long seqno, Proposal proposal) {
        return look(seqno, new Held(proposal, proposal.size(), 0));
    }

    /** The batches that were complete but for this request. */
    SortedMap<Long, Batch> completedBy(SignedRequest request) {
        TreeMap<Long, Batch> complete = new TreeMap<>();
        new TreeMap<>(bySeqno).forEach((seqno, held) -> {
            if (held.lacksFirst(request)) {
                look(seqno, held).ifPresent(batch -> complete.put(seqno, batch));
            }
        });
        return complete;
    }

    private Optional<Batch> look(long seqno, Held held) {
        List<Proposal.Entry> entries = held.proposal.entries();
        bySeqno.remove(seqno);
        int found = held.found;
        while (found < entries.size() && find(entries.get(found)).isPresent()) {
            found++;
        }
        List<SignedRequest> requests = found < entries.size() ? List.of() : gather(entries);
        if (requests.size() == entries.size()) {
            return Optional.of(new Batch(List.copyOf(requests), held.proposal.nondet(), held.proposal.digest()))
                    .filter(Incomplete::fitsFrame);
        }
        // What was here may have been replaced since, by a later request of its session.
        int next = found < entries.size() ? found : requests.size();
        bySeqno.put(seqno, new Held(held.proposal, held.size, next));
        return Optional.empty();
    }

    /** From the first on, as far as they are here. */
    private List<SignedRequest> gather(List<Proposal.Entry> entries) {
        List<SignedRequest> requests = new ArrayList<>();
        for (Proposal.Entry entry : entries) {
            Optional<SignedRequest> request = find(entry);
            if (request.isEmpty()) {
                break;
            }
            requests.add(request.get());
        }
        return requests;
    }

    /** The request, with the signature that its name has: with another one it makes another batch. */
    private Optional<SignedRequest> find(Proposal.Entry entry) {
        if (entry instanceof SignedRequest whole) {
            return Optional.of(whole);
        }
        Proposal.Named named = (Proposal.Named) entry;
        return queue.find(new SessionId(named.client(), named.session()), named.digest())
                .map(request -> request.withSignature(named.signature()));
    }

    /** Names are short: a faulty primary may name more than anybody could send to another. */
    private static boolean fitsFrame(Batch batch) {
        long bytes = 0;
        for (SignedRequest request : batch.requests()) {
            bytes += request.frame().length;
        }
        return bytes <= Limits.NAMED_BATCH;
    }

    /** Whether this very batch is proposed for a seqno, and lacks requests. */
    boolean isOf(long seqno, Digest batch) {
        return digest(seqno).filter(batch::equals).isPresent();
    }

    /** The digest of the batch that lacks requests there. */
    Optional<Digest> digest(long seqno) {
        return Optional.ofNullable(bySeqno.get(seqno)).map(held -> held.proposal.digest());
    }

    /** The bytes of what waits. */
    long bytes() {
        long bytes = 0;
        for (Held held : bySeqno.values()) {
            bytes += held.size;
        }
        return bytes;
    }

    /** Somebody gave the whole batch. */
    void forget(long seqno) {
        bySeqno.remove(seqno);
    }

    /** Forgets those up to a seqno. */
    void cut(long seqno) {
        bySeqno.headMap(seqno, true).clear();
    }

    void clear() {
        bySeqno.clear();
    }
}
