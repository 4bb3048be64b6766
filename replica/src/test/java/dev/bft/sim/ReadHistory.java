package dev.bft.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a read outside the order may answer: what stood in its cell at some moment between question and answer, and not
 * before what anybody was answered when it was asked. So reads, too, are linearizable.
 */
final class ReadHistory {
    private static final byte[] EMPTY = new byte[Long.BYTES];

    /** For each cell what stands there from a place in the order on. */
    private final Map<Integer, TreeMap<Long, byte[]>> cells = new HashMap<>();

    private final Map<Integer, Long> placeByNumber = new HashMap<>();
    private final Map<Integer, Asked> asked = new HashMap<>();
    /** How many operations are in the batches up to each seqno. */
    private final List<Long> placeBySeqno = new ArrayList<>(List.of(0L));

    /** Operations that were answered and have no place yet. */
    private final Set<Integer> ahead = new HashSet<>();

    private long place;
    private long answeredUpTo;

    /** A read, what everybody had been answered when it was asked, and what had no place then. */
    private record Asked(int cell, long answeredUpTo, Set<Integer> ahead) {}

    /** A client asks for the content of a cell. */
    void asked(int number, int cell) {
        asked.put(number, new Asked(cell, answeredUpTo, Set.copyOf(ahead)));
    }

    /** The next operation in the order; what stands in its cell after it. */
    void placed(int number, int cell, byte[] content) {
        place++;
        placeByNumber.put(number, place);
        cells.computeIfAbsent(cell, c -> new TreeMap<>()).put(place, content);
        if (ahead.remove(number)) {
            answeredUpTo = Math.max(answeredUpTo, place);
        }
    }

    /** The next batch is over. */
    void batchEnds() {
        placeBySeqno.add(place);
    }

    /** What stands in a cell after the batch of a seqno. */
    byte[] after(long seqno, int cell) {
        return at(placeBySeqno.get((int) seqno), cell);
    }

    private byte[] at(long somewhere, int cell) {
        Map.Entry<Long, byte[]> then = cells.getOrDefault(cell, new TreeMap<>()).floorEntry(somewhere);
        return then == null ? EMPTY : then.getValue();
    }

    /** A client has the answer to an operation in the order. */
    void answered(int number) {
        Long at = placeByNumber.get(number);
        if (at == null) {
            ahead.add(number);
        } else {
            answeredUpTo = Math.max(answeredUpTo, at);
        }
    }

    /** A client has an answer to a read outside the order; whether it may be this. */
    boolean answered(int number, byte[] content) {
        Asked read = asked.get(number);
        if (read == null || !placeByNumber.keySet().containsAll(read.ahead)) {
            return false;
        }
        long least = read.answeredUpTo;
        for (int other : read.ahead) {
            least = Math.max(least, placeByNumber.getOrDefault(other, 0L));
        }
        long found = find(read.cell, least, content);
        answeredUpTo = Math.max(answeredUpTo, found);
        return found >= 0;
    }

    /** The first place from this one on after which the cell holds this; -1 if there is none. */
    private long find(int cell, long least, byte[] content) {
        TreeMap<Long, byte[]> contents = cells.getOrDefault(cell, new TreeMap<>());
        if (Arrays.equals(at(least, cell), content)) {
            return least;
        }
        for (Map.Entry<Long, byte[]> later : contents.tailMap(least, false).entrySet()) {
            if (Arrays.equals(later.getValue(), content)) {
                return later.getKey();
            }
        }
        return -1;
    }
}
