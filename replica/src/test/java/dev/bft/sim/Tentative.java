package dev.bft.sim;

import dev.bft.protocol.Fact;
import dev.bft.wire.Digest;
import dev.bft.wire.NewView;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one replica executed ahead of its commitment and told clients, over all its lives: never more than the next
 * batch, nothing while it waits for a view or a state (12.1-13), and no read below what it told (amendment AG1).
 */
final class Tentative {
    private final int replica;
    private final Plan plan;
    private final Tally tally;
    private Optional<Fact.ExecutedAhead> ahead = Optional.empty();
    private boolean isTold;
    private boolean leaving;
    private boolean fetching;
    private boolean undone;
    /** The highest seqno that it answered and that stands. */
    private long told;
    /** What it answered ahead, as long as no NEW-VIEW passes over it. */
    private Optional<Fact.ExecutedAhead> toldAhead = Optional.empty();

    Tentative(int replica, Plan plan, Tally tally) {
        this.replica = replica;
        this.plan = plan;
        this.tally = tally;
    }

    /** A new life: what was executed ahead is gone, what was told is not. */
    void boots() {
        ahead = Optional.empty();
        isTold = false;
        leaving = false;
        fetching = false;
        undone = false;
    }

    /** What it executed ahead and has not undone. */
    Optional<Fact.ExecutedAhead> ahead() {
        return ahead;
    }

    /**
     * It reports something.
     *
     * @param executed the last batch that committed at it in this life; -1 if none did
     */
    void fact(Fact fact, long executed) {
        if (fact instanceof Fact.ExecutedAhead f) {
            check(ahead.isEmpty(), () -> f + " on top of " + ahead);
            check(executed < 0 || f.seqno() == executed + 1, () -> f + " after " + executed);
            ahead = Optional.of(f);
        } else if (fact instanceof Fact.Committed f) {
            check(ahead.stream().allMatch(a -> is(a, f.seqno(), f.batch())), () -> f + " on top of " + ahead);
            commits(f);
        } else if (fact instanceof Fact.RolledBack f) {
            check(ahead.filter(a -> a.seqno() == f.seqno()).isPresent(), () -> f + ", but ahead is " + ahead);
            rollsBack(f.seqno());
        } else if (fact instanceof Fact.ViewLeft) {
            leaving = true;
        } else if (fact instanceof Fact.ViewEntered) {
            leaving = false;
        } else if (fact instanceof Fact.TransferStarted) {
            fetching = true;
        } else if (fact instanceof Fact.TransferDone f) {
            check(ahead.isEmpty(), () -> f + " over " + ahead);
            fetching = false;
        }
    }

    private static boolean is(Fact.ExecutedAhead one, long seqno, Digest batch) {
        return one.seqno() == seqno && one.batch().equals(batch);
    }

    private void commits(Fact.Committed fact) {
        ahead = Optional.empty();
        isTold = false;
        if (toldAhead.filter(t -> is(t, fact.seqno(), fact.batch())).isPresent()) {
            told = Math.max(told, fact.seqno());
            toldAhead = Optional.empty();
        }
    }

    private void rollsBack(long seqno) {
        tally.was(Situation.ROLLED_BACK);
        if (isTold) {
            tally.was(Situation.TOLD_AND_ROLLED_BACK);
        }
        if (seqno % plan.tunables().checkpointPeriod() == 0) {
            tally.was(Situation.ROLLED_BACK_A_CHECKPOINT);
        }
        ahead = Optional.empty();
        isTold = false;
        undone = true;
    }

    /** A step is over. Whether something was undone in it and the state is again that after the last commitment. */
    boolean stepEnds() {
        check(ahead.isEmpty() || !(leaving || fetching), () -> "waits for a view or a state with " + ahead);
        boolean exact = undone && ahead.isEmpty() && !fetching;
        undone = false;
        return exact;
    }

    /** A reply leaves that rests on what was executed ahead: which batch that is. */
    Fact.ExecutedAhead tells() {
        Fact.ExecutedAhead now = ahead.orElseThrow(
                () -> new Violation("tentative-bound", "replica " + replica + " answers ahead of nothing"));
        tally.was(Situation.REPLIED_TENTATIVELY);
        isTold = true;
        toldAhead = ahead;
        return now;
    }

    /** A reply leaves that rests on a batch that committed. */
    void tells(long seqno) {
        told = Math.max(told, seqno);
    }

    /** A view begins with this: if not with what was told ahead, no client can have believed that. */
    void accepts(NewView m) {
        toldAhead = toldAhead.filter(t -> {
            long at = t.seqno() - m.checkpoint() - 1;
            return at < 0
                    || (at < m.batches().size() && m.batches().get((int) at).equals(t.batch()));
        });
    }

    /** It answers a read from the state after this seqno. */
    void reads(long executed) {
        long floor = Math.max(told, toldAhead.map(Fact.ExecutedAhead::seqno).orElse(0L));
        Violation.unless(
                executed >= floor,
                "read-floor",
                () -> "replica " + replica + " answers a read after " + executed + " and told of " + floor);
    }

    private void check(boolean holds, Supplier<String> seen) {
        Violation.unless(holds, "tentative-bound", () -> "replica " + replica + ": " + seen.get());
    }
}
