package dev.bft.sim;

import dev.bft.wire.ViewChange;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The form of a correct replica's VIEW-CHANGE (6.4, and 6.10 for Q): others take no notice of any other. */
final class ViewChangeForm {
    private final long period;
    private final long logSize;
    private final int digestsMax;

    ViewChangeForm(Plan plan) {
        period = plan.tunables().checkpointPeriod();
        logSize = plan.tunables().logSize();
        digestsMax = plan.faulty() + 2;
    }

    void check(int replica, ViewChange m) {
        proper(m.view() > 0, replica, m, "the first view");
        proper(m.stable() >= 0 && m.stable() % period == 0, replica, m, "h between checkpoints");
        for (ViewChange.Held c : m.checkpoints()) {
            boolean inLog = c.seqno() >= m.stable() && c.seqno() <= m.stable() + logSize;
            proper(inLog && c.seqno() % period == 0, replica, m, "no checkpoint of the log: " + c);
        }
        entries(replica, m, m.prepared());
        entries(replica, m, m.prePrepared());
        int states = most(m.checkpoints(), ViewChange.Held::seqno);
        proper(states <= 1, replica, m, "two states for a checkpoint");
        proper(most(m.prepared(), ViewChange.Entry::seqno) <= 1, replica, m, "two batches in P for a seqno");
        int inQ = most(m.prePrepared(), ViewChange.Entry::seqno);
        proper(inQ <= digestsMax, replica, m, inQ + " batches in Q for a seqno");
        Set<List<Object>> distinct = new HashSet<>();
        m.prePrepared().forEach(q -> distinct.add(List.of(q.seqno(), q.batch())));
        proper(distinct.size() == m.prePrepared().size(), replica, m, "a batch twice in Q for a seqno");
        for (ViewChange.Entry p : m.prepared()) {
            boolean paired = m.prePrepared().stream()
                    .anyMatch(q -> q.seqno() == p.seqno() && q.batch().equals(p.batch()) && q.view() >= p.view());
            proper(paired, replica, m, "no Q beside " + p);
        }
    }

    private void entries(int replica, ViewChange m, List<ViewChange.Entry> entries) {
        for (ViewChange.Entry e : entries) {
            boolean inLog = e.seqno() > m.stable() && e.seqno() <= m.stable() + logSize;
            proper(inLog, replica, m, "outside of the log: " + e);
            proper(e.view() < m.view(), replica, m, "of no earlier view: " + e);
        }
    }

    private static <T> int most(List<T> all, Function<T, Long> seqno) {
        Map<Long, Integer> counts = new HashMap<>();
        all.forEach(one -> counts.merge(seqno.apply(one), 1, Integer::sum));
        return counts.values().stream().reduce(0, Math::max);
    }

    private static void proper(boolean holds, int replica, ViewChange m, String what) {
        Violation.unless(
                holds,
                "well-formed-view-change",
                () -> "replica " + replica + " for view " + m.view() + " above " + m.stable() + ": " + what);
    }
}
