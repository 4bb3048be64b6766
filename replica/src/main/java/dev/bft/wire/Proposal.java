package dev.bft.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What a PRE-PREPARE says of its batch: each request in order, whole or, if its client sends it to all replicas, by its
 * name alone (section 3.5), and the agreed value.
 *
 * @param entries the requests, in the order of execution
 * @param nondet the value the primary proposed; empty so far
 * @param digest the digest of the batch
 */
public record Proposal(List<Entry> entries, byte[] nondet, Digest digest) {
    private static final int NAMED = 2 * Integer.BYTES + Digest.BYTES;

    /** A request in a proposal; the digest of the batch covers these two of it. */
    public sealed interface Entry permits SignedRequest, Named {
        /** The request digest. */
        Digest digest();

        /** The client's signature. */
        byte[] signature();
    }

    /** A request that a receiver has from its client, or from whoever has the batch. */
    public record Named(int client, int session, Digest digest, byte[] signature) implements Entry {
        static Named read(In in) throws MalformedException {
            return new Named(in.i32(), in.i32(), in.digest(), in.bytes(Limits.SIGNATURE));
        }
    }

    /** A proposal and the digest of its batch. */
    public static Proposal of(List<? extends Entry> entries, byte[] nondet) {
        return new Proposal(List.copyOf(entries), nondet, Batch.digest(entries, nondet));
    }

    /** The proposal of a batch: what went to all replicas is but named. */
    public static Proposal of(Batch batch) {
        return of(batch, client -> false);
    }

    /** The same, but whole what these clients asked for. */
    public static Proposal of(Batch batch, IntPredicate whole) {
        List<Entry> entries = new ArrayList<>();
        for (SignedRequest request : batch.requests()) {
            entries.add(request.request().isBig() && !whole.test(request.client()) ? named(request) : request);
        }
        return new Proposal(List.copyOf(entries), batch.nondet(), batch.digest());
    }

    /** The name of a request. */
    public static Named named(SignedRequest request) {
        return new Named(request.client(), request.request().session(), request.digest(), request.signature());
    }

    /** The bytes of all its entries. */
    public int size() {
        int size = 0;
        for (Entry entry : entries) {
            size += entry instanceof SignedRequest whole ? whole.frame().length : NAMED + entry.signature().length;
        }
        return size;
    }

    /** Writes entries and value; the digest is recomputed by whoever reads. */
    public void write(Out out) {
        out.i32(entries.size());
        for (Entry entry : entries) {
            out.flag(entry instanceof Named);
            if (entry instanceof Named named) {
                out.i32(named.client).i32(named.session).digest(named.digest).bytes(named.signature);
            } else if (entry instanceof SignedRequest whole) {
                out.bytes(whole.frame());
            }
        }
        out.bytes(nondet);
    }

    /** Reads a proposal; every request that is whole is parsed, none is authenticated yet. */
    static Proposal read(In in) throws MalformedException {
        int count = in.count(Limits.BATCH_REQUESTS);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(in.flag() ? Named.read(in) : SignedRequest.read(in.bytes(Limits.REQUEST_FRAME)));
        }
        return of(entries, in.bytes(Batch.NONDET));
    }
}
