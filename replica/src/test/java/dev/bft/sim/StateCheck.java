package dev.bft.sim;

import dev.bft.protocol.Effect;
import dev.bft.protocol.Fact;
import dev.bft.protocol.Replica;
import dev.bft.state.PagedState;
import dev.bft.wire.Digest;
import java.util.List;

/**
 * That the pages of a checkpoint have the digest it goes by, computed from nothing but them (12.1: 2, 25): of each that
 * was fetched before it counts, and of some that are about to be the base.
 */
final class StateCheck {
    private static final long SOME = 8;

    private final Plan plan;
    private final PagedState state;

    StateCheck(Plan plan, PagedState state) {
        this.plan = plan;
        this.state = state;
    }

    /** A step of this replica is over; nothing of it was performed yet. */
    void check(int replica, List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Report report && report.fact() instanceof Fact.TransferFetched fetched) {
                check(replica, fetched.seqno());
            } else if (effect instanceof Effect.Install install
                    && install.image().seqno() / plan.tunables().checkpointPeriod() % SOME == 0) {
                check(replica, install.image().seqno());
            }
        }
    }

    private void check(int replica, long checkpoint) {
        PagedState scratch = new PagedState(
                (page, target) ->
                        System.arraycopy(state.page(checkpoint, page).orElseThrow(), 0, target, 0, target.length),
                Replica.protocolPages(plan.tunables().sessions()),
                SimService.PAGES);
        Digest right = scratch.recompute(checkpoint);
        Violation.unless(
                state.digestAt(checkpoint).filter(right::equals).isPresent(),
                "sound-state",
                () -> "replica " + replica + ": the pages of checkpoint " + checkpoint + " have digest " + right
                        + ", it goes by " + state.digestAt(checkpoint));
    }
}
