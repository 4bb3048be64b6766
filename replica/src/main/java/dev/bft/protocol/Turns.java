package dev.bft.protocol;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whose turn it is among the requests that wait (sections 3.4, 11-A9): the oldest first; but while others wait nobody has
 * more of a batch than four, or half of what clients have waiting on average if that is more. So a client with dozens of
 * sessions hardly slows down those that have one; alone, or among its like, it fills the batches.
 */
final class Turns {
    /** What anybody may have of a batch. An OPEN, of which each replica checks a signature, counts as so many. */
    static final int FEW = 4;

    private final TreeMap<Long, SessionId> byArrival = new TreeMap<>();
    private final TreeMap<Integer, TreeMap<Long, SessionId>> byClient = new TreeMap<>();

    /** A request waits in this place of the order. */
    void add(long arrival, SessionId session) {
        byArrival.put(arrival, session);
        byClient.computeIfAbsent(session.client(), c -> new TreeMap<>()).put(arrival, session);
    }

    /** The request in this place does not wait any more, if it did. */
    void remove(long arrival) {
        Optional.ofNullable(byArrival.remove(arrival)).ifPresent(session -> {
            byClient.computeIfPresent(session.client(), (client, others) -> {
                others.remove(arrival);
                return others.isEmpty() ? null : others;
            });
        });
    }

    /** The requests that wait. */
    int size() {
        return byArrival.size();
    }

    /** All that wait, oldest first. */
    Collection<SessionId> oldestFirst() {
        return byArrival.values();
    }

    /** The turns for one batch. */
    Batch batch() {
        return new Batch();
    }

    /** Who is next for one batch, as long as the batch has room. */
    final class Batch {
        /** The oldest request of each client that may still have one. */
        private final TreeMap<Long, SessionId> heads = new TreeMap<>();

        private final TreeMap<Integer, Integer> had = new TreeMap<>();
        private final int most;

        private Batch() {
            int clients = byClient.size();
            most = clients < 2 ? Integer.MAX_VALUE : Math.max(FEW, size() / clients / 2);
            for (TreeMap<Long, SessionId> each : byClient.values()) {
                heads.put(each.firstKey(), each.firstEntry().getValue());
            }
        }

        /** The request whose turn it is. */
        Optional<SessionId> next() {
            return Optional.ofNullable(heads.firstEntry()).map(Map.Entry::getValue);
        }

        /** The one whose turn it was is out of the way; its client may have another turn if it had less than its share. */
        void done(int weight) {
            long arrival = heads.firstKey();
            SessionId session = heads.remove(arrival);
            remove(arrival);
            int sum = had.merge(session.client(), weight, Integer::sum);
            TreeMap<Long, SessionId> rest = byClient.get(session.client());
            if (rest != null && sum < most) {
                heads.put(rest.firstKey(), rest.firstEntry().getValue());
            }
        }

        /** Nothing more of this client in this batch. */
        void pass() {
            heads.pollFirstEntry();
        }
    }
}
