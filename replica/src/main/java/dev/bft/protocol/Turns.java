package dev.bft.protocol;

import dev.bft.wire.SignedRequest;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whose turn it is among the requests that wait (sections 3.4, 11-A9): the oldest of each client, oldest first, then the
 * next of each; and while others have something under way, or had something of one of the last two batches, nobody has
 * more under way than three, or a quarter of what each has waiting on average if that is more. So a client with dozens of
 * sessions hardly slows down those that have one; alone, or among its like, it fills the batches. Of its own requests
 * those come first that it signed: others may wait for them.
 */
final class Turns {
    /** What anybody may have under way. */
    private static final int FEW = 3;

    /** An OPEN, of which each replica checks a signature, counts as so many requests. */
    private static final int OPEN = 4;

    /** Added to the place of what is not signed. */
    private static final long LATER = Long.MAX_VALUE / 2;

    private final TreeMap<Long, Waits> byArrival = new TreeMap<>();
    private final TreeMap<Integer, TreeMap<Long, Waits>> byClient = new TreeMap<>();

    /** Who had something of the last batch, and of the one before. */
    private TreeSet<Integer> last = new TreeSet<>();

    private TreeSet<Integer> lastButOne = new TreeSet<>();
    /** What each client has in batches under way. */
    private final TreeMap<Integer, Integer> underWay = new TreeMap<>();

    private record Waits(long arrival, SessionId session, boolean proved) {
        long place() {
            return proved ? arrival : arrival + LATER;
        }
    }

    /** A request waits in this place of the order. */
    void add(long arrival, SessionId session, boolean proved) {
        Waits waits = new Waits(arrival, session, proved);
        byArrival.put(arrival, waits);
        byClient.computeIfAbsent(session.client(), c -> new TreeMap<>()).put(waits.place(), waits);
    }

    /** The request in this place is signed, if it waits. */
    void prove(long arrival) {
        Optional.ofNullable(byArrival.get(arrival)).ifPresent(waits -> {
            remove(arrival);
            add(arrival, waits.session, true);
        });
    }

    /** The request in this place does not wait any more, if it did. */
    void remove(long arrival) {
        Optional.ofNullable(byArrival.remove(arrival))
                .ifPresent(waits -> byClient.computeIfPresent(waits.session.client(), (client, others) -> {
                    others.remove(waits.place());
                    return others.isEmpty() ? null : others;
                }));
    }

    /** A request is in a batch under way. */
    void proposed(long arrival, SignedRequest request) {
        remove(arrival);
        underWay.merge(request.client(), weight(request), Integer::sum);
    }

    /** It is so no longer. */
    void ended(SignedRequest request) {
        underWay.computeIfPresent(request.client(), (client, sum) -> {
            int rest = sum - weight(request);
            return rest > 0 ? rest : null;
        });
    }

    /** Nothing is known to be under way. */
    void startOver() {
        underWay.clear();
    }

    private static int weight(SignedRequest request) {
        return request.request().open() ? OPEN : 1;
    }

    /** The requests that wait. */
    int size() {
        return byArrival.size();
    }

    /** All that wait, oldest first. */
    Collection<SessionId> oldestFirst() {
        return byArrival.values().stream().map(Waits::session).toList();
    }

    /** The turns for one batch. */
    Batch batch() {
        return new Batch();
    }

    /** Who is next for one batch, as long as the batch has room. */
    final class Batch {
        /** The next request of each client that had none in this round, by arrival. */
        private TreeMap<Long, Waits> heads = new TreeMap<>();
        /** Those of the next round. */
        private TreeMap<Long, Waits> next = new TreeMap<>();

        private final int most;
        private boolean begun;

        private Batch() {
            TreeSet<Integer> present = new TreeSet<>(byClient.keySet());
            present.addAll(underWay.keySet());
            present.addAll(last);
            present.addAll(lastButOne);
            int clients = present.size();
            most = clients < 2 ? Integer.MAX_VALUE : Math.max(FEW, size() / clients / 4);
            byClient.values().forEach(requests -> enter(requests, heads));
        }

        private void enter(NavigableMap<Long, Waits> requests, Map<Long, Waits> round) {
            Waits first = requests.firstEntry().getValue();
            if (underWay.getOrDefault(first.session.client(), 0) < most) {
                round.put(first.arrival, first);
            }
        }

        /** The request whose turn it is. */
        Optional<SessionId> next() {
            if (heads.isEmpty()) {
                heads = next;
                next = new TreeMap<>();
            }
            return Optional.ofNullable(heads.firstEntry())
                    .map(Map.Entry::getValue)
                    .map(Waits::session);
        }

        /** The one whose turn it was is in the batch. Only of batches that hold something is it remembered who had part. */
        void taken() {
            if (!begun) {
                begun = true;
                lastButOne = last;
                last = new TreeSet<>();
            }
            last.add(heads.firstEntry().getValue().session.client());
            dropped();
        }

        /** The one whose turn it was is out of the way; its client may have another turn if it has less than its share. */
        void dropped() {
            Waits done = heads.pollFirstEntry().getValue();
            int client = done.session.client();
            remove(done.arrival);
            Optional.ofNullable(byClient.get(client)).ifPresent(rest -> enter(rest, next));
        }

        /** Nothing more of this client in this batch. */
        void pass() {
            heads.pollFirstEntry();
        }
    }
}
