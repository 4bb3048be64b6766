package dev.bft.sim;

import dev.bft.protocol.Fact;

/**
 * How far one life of a replica has come in each phase of the protocol, by the highest seqno: what it is in the middle
 * of when it gives others new keys.
 */
final class Phases {
    private long proposed;
    private long voted;
    private long committed;
    private long executed;
    private long taken;
    private long stable;
    private boolean leaving;

    /** A proposal arrives. */
    void proposed(long seqno) {
        proposed = Math.max(proposed, seqno);
    }

    /** Its PRE-PREPARE or PREPARE leaves. */
    void votes(long seqno) {
        voted = Math.max(voted, seqno);
    }

    /** Its COMMIT leaves. */
    void commits(long seqno) {
        committed = Math.max(committed, seqno);
    }

    /** It reports something. */
    void fact(Fact fact) {
        if (fact instanceof Fact.Committed f) {
            executed = Math.max(executed, f.seqno());
        } else if (fact instanceof Fact.TransferDone f) {
            executed = Math.max(executed, f.seqno());
        } else if (fact instanceof Fact.CheckpointTaken f) {
            taken = f.seqno();
        } else if (fact instanceof Fact.Stable f) {
            stable = f.seqno();
        } else if (fact instanceof Fact.ViewLeft) {
            leaving = true;
        } else if (fact instanceof Fact.ViewEntered) {
            leaving = false;
        }
    }

    /** It gives others new keys. */
    void refreshes(Tally tally) {
        sometimes(tally, Situation.KEYS_BEFORE_PREPARE, proposed > voted && proposed > executed);
        sometimes(tally, Situation.KEYS_BEFORE_COMMIT, voted > committed && voted > executed);
        sometimes(tally, Situation.KEYS_BEFORE_EXECUTION, committed > executed);
        sometimes(tally, Situation.KEYS_IN_A_VIEW_CHANGE, leaving);
        sometimes(tally, Situation.KEYS_IN_A_CHECKPOINT, taken > stable);
    }

    private static void sometimes(Tally tally, Situation situation, boolean is) {
        if (is) {
            tally.was(situation);
        }
    }
}
