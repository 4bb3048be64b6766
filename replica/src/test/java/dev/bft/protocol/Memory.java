package dev.bft.protocol;

import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Entry;
import dev.bft.wire.ViewChange.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a correct replica of {@link SlotModel} remembers of the one seqno: P, Q and how far it came with the checkpoint
 * behind it. Batches are numbers from 1 on, 0 is none; a vote is the last view plus 1, 0 is none.
 *
 * @param batch the batch in P
 * @param view its view
 * @param votes Q by batch
 * @param mark whether it executed, and whether that is stable
 */
record Memory(int batch, int view, List<Integer> votes, Mark mark) {
    static final long SEQNO = 1;
    static final List<Digest> BATCHES = List.of(Said.A, Said.B, Said.NULL);
    private static final List<Mark> MARKS = List.of(Mark.values());
    static final Memory EMPTY = new Memory(0, 0, List.of(0, 0, 0), Mark.NONE);

    /** How far a replica came: with h at the seqno it forgets P and Q of it. */
    enum Mark {
        NONE,
        EXECUTED,
        STABLE
    }

    private static final List<Memory> KNOWN =
            IntStream.range(0, 3 << 10).mapToObj(Memory::decode).toList();

    static Memory of(int code) {
        return KNOWN.get(code);
    }

    private static Memory decode(int code) {
        List<Integer> votes = List.of(code >> 4 & 3, code >> 6 & 3, code >> 8 & 3);
        return new Memory(code & 3, code >> 2 & 3, votes, MARKS.get(code >> 10 & 3));
    }

    int code() {
        return batch
                | view << 2
                | votes.get(0) << 4
                | votes.get(1) << 6
                | votes.get(2) << 8
                | MARKS.indexOf(mark) << 10;
    }

    /** What it did in a view: its vote, 0 for none, and whether it prepared. */
    record Ballot(int view, int vote, boolean prepared) {}

    /** The update of section 6.2 on leaving a view; Q keeps the pairs of the highest views (6.10). */
    Memory leaving(Ballot ballot, Bounds bounds) {
        int vote = ballot.vote;
        if (vote == 0) {
            return this;
        }
        List<Integer> q = new ArrayList<>(votes);
        q.set(vote - 1, ballot.view + 1);
        while (q.stream().filter(u -> u > 0).count() > bounds.digests) {
            int lowest = q.stream().mapToInt(u -> u).filter(u -> u > 0).min().orElse(0);
            q.set(q.indexOf(lowest), 0);
        }
        if (ballot.prepared) {
            return new Memory(vote, ballot.view, List.copyOf(q), mark);
        }
        boolean keeps = batch == vote || bounds.keepsP;
        return new Memory(keeps ? batch : 0, keeps ? view : 0, List.copyOf(q), mark);
    }

    /** How a replica remembers: M of 6.10, and whether P survives a later vote for another batch (a mistake). */
    record Bounds(int digests, boolean keepsP) {}

    /** The same with a and b exchanged. */
    Memory renamed() {
        int other = batch == 1 || batch == 2 ? 3 - batch : batch;
        return new Memory(other, view, List.of(votes.get(1), votes.get(0), votes.get(2)), mark);
    }

    Memory at(Mark next) {
        return next == Mark.STABLE ? new Memory(0, 0, List.of(0, 0, 0), next) : new Memory(batch, view, votes, next);
    }

    /** The VIEW-CHANGE it sends; the state it holds is that of the committed batch. */
    ViewChange message(int to, int committed) {
        List<Held> held = new ArrayList<>();
        if (mark != Mark.STABLE) {
            held.add(Said.held(0));
        }
        if (mark != Mark.NONE) {
            held.add(stateAfter(committed));
        }
        List<Entry> q = new ArrayList<>();
        for (int i = 0; i < votes.size(); i++) {
            if (votes.get(i) > 0) {
                q.add(new Entry(SEQNO, BATCHES.get(i), votes.get(i) - 1));
            }
        }
        List<Entry> p = batch == 0 ? List.of() : List.of(new Entry(SEQNO, BATCHES.get(batch - 1), view));
        return new ViewChange(to, mark == Mark.STABLE ? SEQNO : 0, held, p, q);
    }

    /** The checkpoint behind the seqno, when this batch was executed there. */
    static Held stateAfter(int batch) {
        return new Held(SEQNO, Said.digest(0x100 + batch));
    }
}
