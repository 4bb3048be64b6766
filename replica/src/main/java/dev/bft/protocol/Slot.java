package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that is known of one seqno in the log: in the present view the proposal, the PREPAREs and how far it got; of
 * any view the COMMITs and DECIDEDs, and what committed.
 */
final class Slot {
    /** Bodies held beside the proposal: more digests than this are never proved to have committed. */
    private static final int BODIES = 3;

    final long seqno;
    /** PREPAREs of the present view. */
    final Votes prepares;
    /** COMMITs of any view. */
    final CommitVotes commits;
    /** DECIDEDs: commitment is a fact, whatever the view. */
    final Votes decided;

    private final TreeMap<Digest, Batch> bodies = new TreeMap<>();
    private final Weight weight;
    private Optional<Batch> batch = Optional.empty();
    private Optional<Batch> committed = Optional.empty();
    /** The proposal came from the primary under the keys in force, or from the NEW-VIEW. */
    boolean proposed;
    /** How many requests of the proposal, from the first on, proved to be their clients'. */
    int verified;
    /** Which of them did not prove to be its client's by its signature, when it was looked at last; -1 for none. */
    int refused = -1;
    /** What was executed then. */
    long refusedAt = -1;
    /** The time and the value that came with the proposal are acceptable (amendment RC7). */
    boolean timely;
    /** My PRE-PREPARE or PREPARE is decided, and on its way to the disk. */
    boolean voted;
    /** My vote is on disk: it may be sent. */
    boolean voteDurable;
    /** The prepared certificate was complete. */
    boolean prepared;
    /** That fact is on disk: COMMIT may be sent. */
    boolean preparedDurable;
    /** That the batch committed is on disk with its body: DECIDED may be sent. */
    boolean decidedDurable;

    private long bytes;

    /** @param weight of the log that holds it */
    Slot(long seqno, int replicas, Weight weight) {
        this.seqno = seqno;
        this.weight = weight;
        this.prepares = new Votes(replicas);
        this.commits = new CommitVotes(replicas);
        this.decided = new Votes(replicas);
    }

    /** The proposal accepted in the present view. */
    Optional<Batch> batch() {
        return batch;
    }

    /** The digest of the accepted proposal; {@link Digest#ZERO} if there is none. */
    Digest digest() {
        return batch.map(Batch::digest).orElse(Digest.ZERO);
    }

    void accept(Batch proposal) {
        Invariant.check(batch.isEmpty() || batch.get().digest().equals(proposal.digest()), "one proposal for a seqno");
        if (batch.isEmpty()) {
            verified = 0;
            refused = -1;
            timely = false;
        }
        batch = Optional.of(proposal);
        weigh();
    }

    /** The batch that committed here. */
    Optional<Batch> committed() {
        return committed;
    }

    boolean isCommitted() {
        return committed.isPresent();
    }

    /** It committed: a fact from now on. */
    void commit(Batch fact) {
        Invariant.check(isOpenFor(fact.digest()), "one batch commits at a seqno");
        committed = Optional.of(fact);
        bodies.clear();
        weigh();
    }

    /** Whether so many PREPAREs, beside a vote that is on disk, make a prepared certificate now. */
    boolean canPrepare(int needed) {
        return !prepared && mayTellVote() && prepares.count(digest()) >= needed;
    }

    /** Whether my vote may be told: it is on disk, and nothing else committed here since (amendment AG11). */
    boolean mayTellVote() {
        return voteDurable && isOpenFor(digest());
    }

    /** Whether my COMMIT may be told: that I prepared is on disk, and nothing else committed here since. */
    boolean mayTellPrepared() {
        return preparedDurable && isOpenFor(digest());
    }

    /** Whether nothing else committed here (amendment AG11). */
    boolean isOpenFor(Digest digest) {
        return committed.isEmpty() || committed.get().digest().equals(digest);
    }

    /** The batch that others prove to have committed: 2f+1 COMMITs of one view, or f+1 DECIDED. */
    Optional<Digest> evidence(Quorums quorums) {
        Optional<Digest> commit = commits.with(quorums.strong());
        return commit.isPresent() ? commit : decided.with(quorums.weak());
    }

    /** Whether what committed here proved to have done so before a view, by 2f+1 COMMITs of one before it. */
    boolean committedBefore(long view, Quorums quorums) {
        return committed
                .filter(fact -> commits.before(view, fact.digest(), quorums.strong()))
                .isPresent();
    }

    /** Keeps a body that others say matters. */
    void keep(Batch body) {
        if (bodies.size() < BODIES) {
            bodies.put(body.digest(), body);
            weigh();
        }
    }

    /** The body of a batch, if it is here. */
    Optional<Batch> body(Digest digest) {
        Optional<Batch> mine = batch.filter(b -> b.digest().equals(digest));
        mine = mine.isPresent() ? mine : committed.filter(b -> b.digest().equals(digest));
        return mine.isPresent() ? mine : Optional.ofNullable(bodies.get(digest));
    }

    /** The bytes of the batches held. */
    long bytes() {
        return bytes;
    }

    private void weigh() {
        long now = batch.map(Batch::size).orElse(0);
        for (Batch body : bodies.values()) {
            now += body.size();
        }
        weight.add(now - bytes);
        bytes = now;
    }

    /** The log holds it no more. */
    void remove() {
        weight.add(-bytes);
        bytes = 0;
    }

    /** The view is over: what was agreed in it so far is in P and Q, facts remain. */
    void leaveView() {
        prepares.clear();
        batch = Optional.empty();
        proposed = false;
        voted = false;
        voteDurable = false;
        prepared = false;
        preparedDurable = false;
        weigh();
    }

    /**
     * A new key epoch: votes of others that completed nothing are forgotten (section 2.4).
     *
     * @param fromNewView whether the proposal stands in the NEW-VIEW, which is complete
     */
    void forgetIncomplete(int me, boolean fromNewView) {
        if (!prepared) {
            prepares.keepOnly(me);
            proposed = fromNewView;
            if (!voted && !fromNewView) {
                batch = Optional.empty();
            }
        }
        if (!isCommitted()) {
            commits.keepOnly(me);
            decided.keepOnly(me);
            bodies.clear();
        }
        weigh();
    }

    /** One replica's key changed: its votes that completed nothing are forgotten. */
    void forgetIncompleteOf(int sender, boolean proposer) {
        if (!prepared) {
            prepares.forget(sender);
            if (proposer) {
                proposed = false;
            }
        }
        if (!isCommitted()) {
            commits.forget(sender);
            decided.forget(sender);
        }
    }
}
