package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Entry;
import dev.bft.wire.ViewChange.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A VIEW-CHANGE as a test writes it: what it says, claim by claim. */
record Said(ViewChange message) {
    static final Digest A = digest(0xA);
    static final Digest B = digest(0xB);
    static final Digest NULL = Batch.NULL.digest();

    /** For view 10, above h; the checkpoint of h is held. */
    static Said above(long stable) {
        return in(10, stable);
    }

    static Said in(long view, long stable) {
        return new Said(new ViewChange(view, stable, List.of(held(stable)), List.of(), List.of()));
    }

    static Digest digest(int seed) {
        return new Digest(seed, 0, 0, 0);
    }

    /** The state that correct replicas have at a checkpoint. */
    static Held held(long seqno) {
        return new Held(seqno, new Digest(0, seqno, 0, 0));
    }

    /** It prepared the batch in that view. */
    Said prepared(long seqno, Digest batch, long view) {
        return claimed(seqno, batch, view).voted(seqno, batch, view);
    }

    /** P without a Q. */
    Said claimed(long seqno, Digest batch, long view) {
        List<Entry> prepared = and(message.prepared(), new Entry(seqno, batch, view));
        return new Said(new ViewChange(
                message.view(), message.stable(), message.checkpoints(), prepared, message.prePrepared()));
    }

    /** It voted for the batch, last in that view. */
    Said voted(long seqno, Digest batch, long view) {
        List<Entry> prePrepared = and(message.prePrepared(), new Entry(seqno, batch, view));
        return new Said(new ViewChange(
                message.view(), message.stable(), message.checkpoints(), message.prepared(), prePrepared));
    }

    Said holds(long... seqnos) {
        Said said = this;
        for (long seqno : seqnos) {
            said = said.holds(held(seqno));
        }
        return said;
    }

    Said holds(Held checkpoint) {
        return new Said(new ViewChange(
                message.view(),
                message.stable(),
                and(message.checkpoints(), checkpoint),
                message.prepared(),
                message.prePrepared()));
    }

    static List<ViewChange> messages(Said... said) {
        return List.of(said).stream().map(Said::message).toList();
    }

    /** The messages as said by replicas 0, 1, 2, ... */
    static TreeMap<Integer, ViewChange> bySender(List<ViewChange> said) {
        TreeMap<Integer, ViewChange> senders = new TreeMap<>();
        IntStream.range(0, said.size()).forEach(i -> senders.put(i, said.get(i)));
        return senders;
    }

    /** A NEW-VIEW on these messages, as said by replicas 0, 1, 2, ... */
    static NewView newView(List<ViewChange> said, Held start, List<Digest> batches) {
        List<NewView.Vouched> vouched = new ArrayList<>();
        bySender(said).forEach((replica, vc) -> vouched.add(new NewView.Vouched(replica, vc.digest(replica))));
        long view = said.isEmpty() ? 1 : said.get(0).view();
        return new NewView(view, vouched, start.seqno(), start.state(), batches);
    }

    /** All multiples of a period in a range, as {@link #holds} takes them. */
    static long[] multiples(long period, long from, long to) {
        return LongStream.rangeClosed(from, to).filter(n -> n % period == 0).toArray();
    }

    private static <T> List<T> and(List<T> list, T more) {
        List<T> longer = new ArrayList<>(list);
        longer.add(more);
        return List.copyOf(longer);
    }
}
