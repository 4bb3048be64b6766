package dev.bft.sim;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * Section 6.6 a second time, word for word from the text and slow: what the replicas' own decision is compared with. A
 * rule can be left out of it, to see that its absence is noticed.
 */
public final class NewViewOracle {
    /** A rule that is left out or changed. */
    public enum Mistake {
        /** A2 always holds. */
        NO_A2,
        /** A1 is content with 2f messages. */
        A1_OF_2F,
        /** B counts messages whose h is at or above the seqno. */
        B_ABOVE_THE_MARK,
        /** No voucher of the second kind: Q is just cut (6.10). */
        NO_SECOND_KIND,
        /** No limit of h+2L on what a message says (RC4). */
        NO_UPPER_MARK,
        /** The primary insists on the highest start. */
        HIGHEST_START
    }

    /** What stands: the checkpoint and the batches above it. */
    public record Decision(ViewChange.Held start, List<Digest> batches) {}

    private final int faulty;
    private final long logSize;
    private final Set<Mistake> mistakes;

    /** The rules but for some, for so many replicas and with this L. */
    public NewViewOracle(int replicas, long logSize, Mistake... mistakes) {
        this.faulty = (replicas - 1) / 3;
        this.logSize = logSize;
        this.mistakes = EnumSet.noneOf(Mistake.class);
        this.mistakes.addAll(List.of(mistakes));
    }

    /** Whether a NEW-VIEW is what section 6.7 lets a backup accept, given the VIEW-CHANGEs by sender. */
    public static boolean isValid(int replicas, long logSize, NewView newView, Map<Integer, ViewChange> listed) {
        TreeMap<Integer, ViewChange> s = new TreeMap<>();
        for (NewView.Vouched vouched : newView.viewChanges()) {
            int sender = vouched.replica();
            Optional.ofNullable(listed.get(sender))
                    .filter(said -> sender >= 0 && sender < replicas)
                    .filter(said -> said.view() == newView.view())
                    .filter(said -> said.digest(sender).equals(vouched.viewChange()))
                    .ifPresent(said -> s.put(sender, said));
        }
        if (s.size() != newView.viewChanges().size()) {
            return false;
        }
        Decision decision = new Decision(new ViewChange.Held(newView.checkpoint(), newView.state()), newView.batches());
        return new NewViewOracle(replicas, logSize).allows(decision, s.values());
    }

    /** Whether a decision follows from these messages. */
    public boolean allows(Decision decision, Collection<ViewChange> s) {
        if (s.size() < 2 * faulty + 1 || !isCandidate(decision.start, s) || decision.batches.size() > logSize) {
            return false;
        }
        for (int i = 0; i < logSize; i++) {
            long seqno = decision.start.seqno() + 1 + i;
            boolean listed = i < decision.batches.size();
            Digest batch = listed ? decision.batches.get(i) : Batch.NULL.digest();
            boolean nothing = batch.equals(Batch.NULL.digest()) && conditionB(seqno, s);
            boolean chosen = listed && supported(seqno, s).contains(batch);
            if (!nothing && !chosen) {
                return false;
            }
        }
        return true;
    }

    /** What the primary decides, if these messages and the batches it can use are enough. */
    public Optional<Decision> decide(Collection<ViewChange> s, BiPredicate<Long, Digest> usable) {
        TreeSet<Long> seqnos = new TreeSet<>();
        s.forEach(m -> m.checkpoints().forEach(c -> seqnos.add(c.seqno())));
        for (long seqno : seqnos.descendingSet()) {
            for (ViewChange m : s) {
                for (ViewChange.Held c : m.checkpoints()) {
                    if (c.seqno() == seqno && isCandidate(c, s)) {
                        Optional<Decision> found = above(c, s, usable);
                        if (found.isPresent() || mistakes.contains(Mistake.HIGHEST_START)) {
                            return found;
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Decision> above(
            ViewChange.Held start, Collection<ViewChange> s, BiPredicate<Long, Digest> usable) {
        List<Digest> batches = new ArrayList<>();
        int used = 0;
        for (long seqno = start.seqno() + 1; seqno <= start.seqno() + logSize; seqno++) {
            long at = seqno;
            Digest none = Batch.NULL.digest();
            Optional<Digest> batch = supported(seqno, s).stream()
                    .filter(d -> d.equals(none) || usable.test(at, d))
                    .findFirst();
            boolean free = conditionB(seqno, s);
            if (batch.isEmpty() && !free) {
                return Optional.empty();
            }
            batches.add(batch.orElse(none));
            used = free ? used : batches.size();
        }
        return Optional.of(new Decision(start, List.copyOf(batches.subList(0, used))));
    }

    private boolean isCandidate(ViewChange.Held c, Collection<ViewChange> s) {
        int below = 0;
        int support = 0;
        for (ViewChange m : s) {
            below += m.stable() <= c.seqno() ? 1 : 0;
            support += m.checkpoints().contains(c) ? 1 : 0;
        }
        return below >= 2 * faulty + 1 && support >= faulty + 1;
    }

    /** The batches for which A1 and A2 hold, those of higher views first. */
    public List<Digest> supported(long seqno, Collection<ViewChange> s) {
        List<ViewChange.Entry> entries = new ArrayList<>();
        for (ViewChange m : s) {
            for (ViewChange.Entry p : m.prepared()) {
                if (p.seqno() == seqno && conditionA1(p, s) && conditionA2(p, s)) {
                    entries.add(p);
                }
            }
        }
        entries.sort((x, y) -> x.view() != y.view()
                ? Long.compare(y.view(), x.view())
                : x.batch().compareTo(y.batch()));
        return entries.stream().map(ViewChange.Entry::batch).distinct().toList();
    }

    private boolean conditionA1(ViewChange.Entry p, Collection<ViewChange> s) {
        int count = 0;
        for (ViewChange m : s) {
            boolean agrees = says(m, p.seqno());
            for (ViewChange.Entry q : m.prepared()) {
                boolean same = q.view() == p.view() && q.batch().equals(p.batch());
                agrees &= q.seqno() != p.seqno() || q.view() < p.view() || same;
            }
            count += agrees ? 1 : 0;
        }
        return count >= (mistakes.contains(Mistake.A1_OF_2F) ? 2 * faulty : 2 * faulty + 1);
    }

    private boolean conditionA2(ViewChange.Entry p, Collection<ViewChange> s) {
        int count = 0;
        for (ViewChange m : s) {
            List<Long> views = new ArrayList<>();
            boolean voted = false;
            for (ViewChange.Entry q : m.prePrepared()) {
                if (q.seqno() == p.seqno()) {
                    voted |= q.batch().equals(p.batch()) && q.view() >= p.view();
                    views.add(q.view());
                }
            }
            views.sort((x, y) -> Long.compare(y, x));
            boolean moved = views.size() > 1 && views.get(1) >= p.view() && !mistakes.contains(Mistake.NO_SECOND_KIND);
            count += voted || moved ? 1 : 0;
        }
        return count >= faulty + 1 || mistakes.contains(Mistake.NO_A2);
    }

    /** B: 2f+1 prepared nothing at a seqno. */
    public boolean conditionB(long seqno, Collection<ViewChange> s) {
        int count = 0;
        for (ViewChange m : s) {
            boolean silent = m.prepared().stream().noneMatch(p -> p.seqno() == seqno);
            boolean says = mistakes.contains(Mistake.B_ABOVE_THE_MARK) || says(m, seqno);
            count += silent && says ? 1 : 0;
        }
        return count >= 2 * faulty + 1;
    }

    private boolean says(ViewChange m, long seqno) {
        boolean below = seqno <= m.stable() + 2 * logSize || mistakes.contains(Mistake.NO_UPPER_MARK);
        return m.stable() < seqno && below;
    }
}
