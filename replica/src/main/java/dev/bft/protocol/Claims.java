package dev.bft.protocol;

import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What one VIEW-CHANGE says, by seqno. */
final class Claims {
    private final ViewChange said;
    private final TreeMap<Long, ViewChange.Entry> prepared = new TreeMap<>();
    private final TreeMap<Long, List<ViewChange.Entry>> prePrepared = new TreeMap<>();

    Claims(ViewChange said) {
        this.said = said;
        said.prepared().forEach(p -> prepared.put(p.seqno(), p));
        said.prePrepared().forEach(q -> prePrepared
                .computeIfAbsent(q.seqno(), n -> new ArrayList<>())
                .add(q));
    }

    static List<Claims> of(Collection<ViewChange> said) {
        return said.stream().map(Claims::new).toList();
    }

    /** h of the sender. */
    long stable() {
        return said.stable();
    }

    List<ViewChange.Held> checkpoints() {
        return said.checkpoints();
    }

    /** Its element of P for a seqno. */
    Optional<ViewChange.Entry> prepared(long seqno) {
        return Optional.ofNullable(prepared.get(seqno));
    }

    /** The highest seqno in P; 0 if there is none. */
    long lastPrepared() {
        return prepared.isEmpty() ? 0 : prepared.lastKey();
    }

    /** Its elements of Q for a seqno. */
    List<ViewChange.Entry> prePrepared(long seqno) {
        return prePrepared.getOrDefault(seqno, List.of());
    }

    /**
     * Whether a message with these fields is one that a correct replica may have sent (section 6.4). Every P has its
     * Q, and Q is bounded (6.10).
     *
     * @param period K
     * @param logSize L
     * @param digests the most digests in Q for one seqno
     */
    boolean isWellFormed(long period, long logSize, int digests) {
        long high = said.stable() + logSize;
        boolean marks = said.view() > 0
                && said.stable() % period == 0
                && prepared.size() == said.prepared().size();
        boolean held = said.checkpoints().stream()
                .allMatch(c -> c.seqno() % period == 0 && c.seqno() >= said.stable() && c.seqno() <= high);
        // One state for a checkpoint: else one liar's list is long, and every decision walks it.
        boolean single = said.checkpoints().stream()
                        .map(ViewChange.Held::seqno)
                        .distinct()
                        .count()
                == said.checkpoints().size();
        boolean past = allPast(said.prepared(), high) && allPast(said.prePrepared(), high);
        boolean bounded = prePrepared.values().stream().allMatch(q -> q.size() <= digests && areDistinct(q));
        return marks
                && held
                && single
                && past
                && bounded
                && said.prepared().stream().allMatch(this::hasVote);
    }

    private boolean allPast(List<ViewChange.Entry> entries, long high) {
        return entries.stream().allMatch(e -> e.view() < said.view() && e.seqno() > said.stable() && e.seqno() <= high);
    }

    private static boolean areDistinct(List<ViewChange.Entry> entries) {
        return entries.stream().map(ViewChange.Entry::batch).distinct().count() == entries.size();
    }

    private boolean hasVote(ViewChange.Entry p) {
        return prePrepared(p.seqno()).stream().anyMatch(q -> q.batch().equals(p.batch()) && q.view() >= p.view());
    }
}
