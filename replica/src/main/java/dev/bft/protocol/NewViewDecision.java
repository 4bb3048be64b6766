package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.NewView;
import dev.bft.wire.StatusPending.Missing;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What stands in a new view where: a pure function of VIEW-CHANGEs (section 6.6), run by the new primary to decide
 * and by every backup to check. A1, A2 and B are the conditions of that section; A2 is the bounded form of 6.10.
 *
 * @param quorums the sizes of quorums
 * @param logSize L
 */
record NewViewDecision(Quorums quorums, long logSize) {
    /** Whether the new primary holds a batch and can prove its requests authentic (A3). */
    interface Usable {
        boolean test(long seqno, Digest batch);
    }

    /** A decision: where the view begins, and what stands above. */
    record Chosen(long checkpoint, Digest state, List<Digest> batches) {}

    /**
     * How far the VIEW-CHANGEs at hand lead.
     *
     * @param chosen the decision, if they are enough
     * @param missing batches that may be chosen once the primary can use them
     */
    record Attempt(Optional<Chosen> chosen, List<Missing> missing) {}

    /**
     * The new primary's decision on the VIEW-CHANGEs in S. Above the highest start the word of a replica that is a
     * checkpoint behind may not count (RC4); then a lower one serves, on which backups do not insist (section 6.7).
     */
    Attempt decide(Collection<ViewChange> viewChanges, Usable usable) {
        List<Claims> s = Claims.of(viewChanges);
        List<Missing> missing = new ArrayList<>();
        for (ViewChange.Held start : starts(s)) {
            Attempt attempt = decide(start, s, usable);
            if (attempt.chosen.isPresent()) {
                return attempt;
            }
            if (missing.isEmpty()) {
                missing.addAll(attempt.missing);
            }
        }
        return new Attempt(Optional.empty(), List.copyOf(missing));
    }

    private Attempt decide(ViewChange.Held start, List<Claims> s, Usable usable) {
        long base = start.seqno();
        long end = end(base, s);
        List<Digest> batches = new ArrayList<>();
        List<Missing> missing = new ArrayList<>();
        boolean whole = true;
        for (long seqno = base + 1; seqno <= end; seqno++) {
            Optional<Digest> choice = choose(seqno, s, usable, missing);
            whole &= choice.isPresent();
            batches.add(choice.orElse(Digest.ZERO));
        }
        // The tail holds nothing but null by B; the first free seqno is the primary's to use.
        whole &= isFree(base + batches.size() + 1, base, s);
        Optional<Chosen> chosen =
                whole ? Optional.of(new Chosen(base, start.state(), List.copyOf(batches))) : Optional.empty();
        return new Attempt(chosen, missing);
    }

    /** Whether a NEW-VIEW follows from exactly the VIEW-CHANGEs it lists. */
    boolean isValid(NewView newView, Collection<ViewChange> listed) {
        List<Claims> v = Claims.of(listed);
        ViewChange.Held start = new ViewChange.Held(newView.checkpoint(), newView.state());
        if (v.size() < quorums.strong()
                || !isCandidate(start, v)
                || newView.batches().size() > logSize) {
            return false;
        }
        long seqno = newView.checkpoint();
        for (Digest batch : newView.batches()) {
            seqno++;
            boolean free = batch.equals(Batch.NULL.digest()) && holdsB(seqno, v);
            if (!free && !supported(seqno, v).contains(batch)) {
                return false;
            }
        }
        return isFree(seqno + 1, newView.checkpoint(), v);
    }

    /** Step 1: the checkpoints that f+1 hold and above which 2f+1 still know what was ordered, highest first. */
    private List<ViewChange.Held> starts(List<Claims> s) {
        TreeSet<ViewChange.Held> held =
                new TreeSet<>(Comparator.comparingLong(ViewChange.Held::seqno).thenComparing(ViewChange.Held::state));
        s.forEach(m -> held.addAll(m.checkpoints()));
        return held.descendingSet().stream().filter(c -> isCandidate(c, s)).toList();
    }

    private boolean isCandidate(ViewChange.Held checkpoint, List<Claims> s) {
        long below = s.stream().filter(m -> m.stable() <= checkpoint.seqno()).count();
        long holders =
                s.stream().filter(m -> m.checkpoints().contains(checkpoint)).count();
        return below >= quorums.strong() && holders >= quorums.weak();
    }

    /** The last seqno above the checkpoint that does not satisfy B; the checkpoint if there is none. */
    private long end(long checkpoint, List<Claims> s) {
        for (long seqno = lastNamed(checkpoint, s); seqno > checkpoint; seqno--) {
            if (!holdsB(seqno, s)) {
                return seqno;
            }
        }
        return checkpoint;
    }

    /** Above every seqno that P names, B depends on the marks alone, and no longer holds from some seqno on. */
    private long lastNamed(long checkpoint, List<Claims> s) {
        long last = checkpoint;
        for (Claims m : s) {
            last = Math.max(last, m.lastPrepared());
        }
        return Math.min(last, checkpoint + logSize);
    }

    /**
     * B holds from this seqno to the end of the window: looked at wherever P names something, and above that only
     * where a VIEW-CHANGE begins to count, or ends. Between, nothing changes.
     */
    private boolean isFree(long from, long checkpoint, List<Claims> s) {
        long end = checkpoint + logSize;
        long named = lastNamed(checkpoint, s);
        for (long seqno = from; seqno <= named; seqno++) {
            if (!holdsB(seqno, s)) {
                return false;
            }
        }
        long above = Math.max(from, named + 1);
        return above > end || (holdsB(above, s) && s.stream().allMatch(m -> isFreeAround(m, above, end, s)));
    }

    private boolean isFreeAround(Claims m, long from, long end, List<Claims> s) {
        long ends = m.stable() + 2 * logSize + 1;
        return ends <= from || ends > end || holdsB(ends, s);
    }

    /** Step 2 for one seqno: a supported batch that can be used, else null if B holds. */
    private Optional<Digest> choose(long seqno, List<Claims> s, Usable usable, List<Missing> missing) {
        for (Digest batch : supported(seqno, s)) {
            if (batch.equals(Batch.NULL.digest()) || usable.test(seqno, batch)) {
                return Optional.of(batch);
            }
            missing.add(new Missing(seqno, batch));
        }
        return holdsB(seqno, s) ? Optional.of(Batch.NULL.digest()) : Optional.empty();
    }

    /** The batches that P names for a seqno in views for which A1 and A2 hold, those of the highest views first. */
    private List<Digest> supported(long seqno, List<Claims> s) {
        return s.stream()
                .flatMap(m -> m.prepared(seqno).stream())
                .distinct()
                .filter(p -> holdsA1(p, s) && holdsA2(p, s))
                .sorted(Comparator.comparingLong(ViewChange.Entry::view)
                        .reversed()
                        .thenComparing(ViewChange.Entry::batch))
                .map(ViewChange.Entry::batch)
                .distinct()
                .toList();
    }

    /** A1: a quorum prepared nothing later there, and nothing else in that view. */
    private boolean holdsA1(ViewChange.Entry p, List<Claims> s) {
        long agree = s.stream()
                .filter(m -> counts(m, p.seqno()))
                .filter(m -> m.prepared(p.seqno())
                        .filter(other -> other.view() > p.view()
                                || (other.view() == p.view() && !other.batch().equals(p.batch())))
                        .isEmpty())
                .count();
        return agree >= quorums.strong();
    }

    /** A2: f+1 pre-prepared it in that view or later, or know that nothing committed there up to that view. */
    private boolean holdsA2(ViewChange.Entry p, List<Claims> s) {
        return s.stream().filter(m -> vouches(m, p)).count() >= quorums.weak();
    }

    private static boolean vouches(Claims m, ViewChange.Entry p) {
        long highest = -1;
        long second = -1;
        for (ViewChange.Entry q : m.prePrepared(p.seqno())) {
            if (q.batch().equals(p.batch()) && q.view() >= p.view()) {
                return true;
            }
            second = Math.max(second, Math.min(highest, q.view()));
            highest = Math.max(highest, q.view());
        }
        return second >= p.view();
    }

    /** B: a quorum prepared nothing there. */
    private boolean holdsB(long seqno, List<Claims> s) {
        long silent = s.stream()
                .filter(m -> counts(m, seqno) && m.prepared(seqno).isEmpty())
                .count();
        return silent >= quorums.strong();
    }

    /** Whether a VIEW-CHANGE says anything about a seqno: not at or below its h, nor far above it (RC4). */
    private boolean counts(Claims m, long seqno) {
        return m.stable() < seqno && seqno <= m.stable() + 2 * logSize;
    }
}
