package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import java.util.Optional;

/** All that is known of one seqno in the log: the proposal, the votes, and how far it got. */
final class Slot {
    final long seqno;
    final Votes prepares;
    final Votes commits;

    private Optional<Batch> batch = Optional.empty();
    private int bytes;
    /** The primary's PRE-PREPARE for the batch came under the keys in force. */
    boolean proposed;
    /** My PRE-PREPARE or PREPARE is decided, and on its way to the disk. */
    boolean voted;
    /** My vote is on disk: it may be sent. */
    boolean voteDurable;
    /** The prepared certificate was complete. */
    boolean prepared;
    /** That fact is on disk: COMMIT may be sent. */
    boolean preparedDurable;
    /** 2f+1 replicas prepared it. */
    boolean committed;

    Slot(long seqno, int replicas) {
        this.seqno = seqno;
        this.prepares = new Votes(replicas);
        this.commits = new Votes(replicas);
    }

    Optional<Batch> batch() {
        return batch;
    }

    /** The digest of the accepted proposal; {@link Digest#ZERO} if there is none. */
    Digest digest() {
        return batch.map(Batch::digest).orElse(Digest.ZERO);
    }

    void accept(Batch proposal) {
        Invariant.check(batch.isEmpty() || batch.get().digest().equals(proposal.digest()), "one proposal for a seqno");
        batch = Optional.of(proposal);
        bytes = proposal.size();
    }

    /** The bytes of the batch; 0 if there is none. */
    int bytes() {
        return batch.isEmpty() ? 0 : bytes;
    }

    /** A new key epoch: votes of others that completed nothing are forgotten (section 2.4). */
    void forgetIncomplete(int me) {
        if (!prepared) {
            prepares.keepOnly(me);
            proposed = false;
            if (!voted) {
                batch = Optional.empty();
            }
        }
        if (!committed) {
            commits.keepOnly(me);
        }
    }

    /** One replica's key changed: its votes that completed nothing are forgotten. */
    void forgetIncompleteOf(int sender, boolean primary) {
        if (!prepared) {
            prepares.forget(sender);
            if (primary) {
                proposed = false;
            }
        }
        if (!committed) {
            commits.forget(sender);
        }
    }
}
