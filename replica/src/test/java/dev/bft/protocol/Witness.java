package dev.bft.protocol;

import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a correct replica of {@link BoundedQModel} remembers of the one seqno.
 *
 * @param prepared P
 * @param votes Q, the highest views first
 */
record Witness(Optional<Entry> prepared, List<Entry> votes) {
    static final long SEQNO = 1;

    /** Before the first view. */
    static Witness ofNothing() {
        return new Witness(Optional.empty(), List.of());
    }

    /** The update of sections 6.2 and 6.10 on leaving a view in which it voted; Q keeps so many pairs. */
    Witness leaving(Entry vote, boolean isPrepared, int pairs) {
        List<Entry> q = new ArrayList<>(votes);
        q.removeIf(e -> e.batch().equals(vote.batch()));
        q.add(vote);
        q.sort(Comparator.comparingLong(Entry::view).reversed());
        List<Entry> kept = List.copyOf(q.subList(0, Math.min(pairs, q.size())));
        return isPrepared
                ? new Witness(Optional.of(vote), kept)
                : new Witness(prepared.filter(p -> p.batch().equals(vote.batch())), kept);
    }

    ViewChange message(long to) {
        return new ViewChange(to, 0, List.of(Said.held(0)), prepared.stream().toList(), votes);
    }

    /** What a liar says that claims to have prepared a batch in a view: its Q vouches for whatever anybody claims. */
    static ViewChange lie(long to, Optional<Entry> claim, Digest other) {
        List<Entry> votes = new ArrayList<>();
        votes.add(new Entry(SEQNO, claim.map(Entry::batch).orElse(Said.digest(0x99)), to - 1));
        votes.add(new Entry(SEQNO, other, to - 1));
        return new ViewChange(to, 0, List.of(Said.held(0)), claim.stream().toList(), votes);
    }
}
