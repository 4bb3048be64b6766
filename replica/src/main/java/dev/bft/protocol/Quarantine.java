package dev.bft.protocol;

import dev.bft.wire.SignedRequest;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * The clients whose requests this replica proposes only if they are signed, each in a batch of its own (amendment AG7).
 * Never a refusal, and what another proposes is judged by itself; but few of their requests wait, and none blames a
 * primary.
 *
 * <p>A client comes in when it was convicted here: only it or this replica could have made what came. Or when f+1 replicas
 * could not tell that a proposed request was its own, and it did not sign, under f+1 primaries: one of them alone may have
 * made the request up, and nobody signs what it never asked for. Until then it is doubted for a while. It leaves after a
 * while, the longer the more often it was here; the first time also once so many signed requests of it were executed.
 */
final class Quarantine {
    private static final long FIRST = 60_000_000_000L;
    private static final long LONGEST = 3_600_000_000_000L;

    /** How long a client is doubted that was named in a proposal that ended a view; twice as long each time again. */
    private static final long DOUBT = 10_000_000_000L;

    /** The longest that it is doubted, and for how long it is remembered under whom it was named. */
    private static final long MEMORY = 600_000_000_000L;

    /**
     * Who signed so many requests that were executed is out, but only of a first term: they are made in a second, and each
     * end costs a view.
     */
    private static final int GOOD = 100;

    /** More than are remembered: who is out, or is so next, makes room. */
    private static final int CLIENTS = 1024;

    private final TreeMap<Integer, Term> terms = new TreeMap<>();
    private final TreeMap<Integer, Doubt> doubts = new TreeMap<>();

    /**
     * How long a client is in.
     *
     * @param end until when at most
     * @param length for how long in all; remembered as long again after the end
     * @param good signed requests executed meanwhile
     */
    private record Term(long end, long length, int good) {}

    /**
     * How long a client must sign for the moment.
     *
     * @param end until when
     * @param length how long the last doubt was that ended a view; 0 if none did
     * @param namedAt when that was
     * @param primaries those under whom f+1 replicas could not tell a request to be its own
     */
    private record Doubt(long end, long length, long namedAt, Set<Integer> primaries) {
        static final Doubt NONE = new Doubt(Long.MIN_VALUE / 2, 0, Long.MIN_VALUE / 2, new TreeSet<>());
    }

    /** Whether a client is in. */
    boolean holds(int client, long now) {
        Term term = terms.get(client);
        return term != null && now < term.end && (term.good < GOOD || term.length > FIRST);
    }

    /** Whether what a client asks for must be signed to be proposed: it is in, or doubted for the moment. */
    boolean mustSign(int client, long now) {
        return holds(client, now) || doubted(client).end > now;
    }

    private Doubt doubted(int client) {
        return doubts.getOrDefault(client, Doubt.NONE);
    }

    /** Somebody could not tell a request of a client to be its own: so long it must sign. */
    void doubt(int client, long now, long length) {
        Doubt before = doubted(client);
        put(
                client,
                now,
                new Doubt(Math.max(before.end, now + length), before.length, before.namedAt, before.primaries));
    }

    private void put(int client, long now, Doubt doubt) {
        if (doubts.size() >= CLIENTS && !doubts.containsKey(client)) {
            doubts.values().removeIf(old -> now >= old.end && now - old.namedAt >= MEMORY);
        }
        if (doubts.size() >= CLIENTS && !doubts.containsKey(client)) {
            first(doubts, Doubt::end).ifPresent(doubts::remove);
        }
        doubts.put(client, doubt);
    }

    private static <T> Optional<Integer> first(Map<Integer, T> all, ToLongFunction<T> end) {
        return all.entrySet().stream()
                .min(Comparator.comparingLong(e -> end.applyAsLong(e.getValue())))
                .map(Map.Entry::getKey);
    }

    /**
     * A view ended over a proposal with this request, and nobody here has its client's signature.
     *
     * @param primary who proposed it, if f+1 replicas named a request of this client in it
     */
    void named(SignedRequest request, Optional<Integer> primary, Node node) {
        int client = request.client();
        Doubt before = doubted(client);
        boolean again = node.now - before.namedAt < MEMORY;
        Set<Integer> primaries = new TreeSet<>();
        if (again) {
            primaries.addAll(before.primaries);
        }
        primary.ifPresent(primaries::add);
        if (primaries.size() >= node.quorums.weak()) {
            doubts.remove(client);
            enter(request, node);
            return;
        }
        long length = again ? Math.min(2 * before.length, MEMORY) : DOUBT;
        put(client, node.now, new Doubt(Math.max(before.end, node.now + length), length, node.now, primaries));
    }

    /** The client of this request comes in, unless it is in already. */
    void enter(SignedRequest request, Node node) {
        int client = request.client();
        long now = node.now;
        if (holds(client, now)) {
            return;
        }
        Term before = terms.get(client);
        long length = before == null || now - before.end > before.length ? FIRST : Math.min(2 * before.length, LONGEST);
        makeRoom(client);
        terms.put(client, new Term(now + length, length, 0));
        node.out.report(new Fact.Quarantined(client, request.digest()));
    }

    private void makeRoom(int client) {
        if (terms.size() >= CLIENTS && !terms.containsKey(client)) {
            first(terms, Term::end).ifPresent(terms::remove);
        }
    }

    /** A request that a client had signed was executed. */
    void served(int client) {
        terms.computeIfPresent(client, (id, term) -> new Term(term.end, term.length, Math.min(term.good + 1, GOOD)));
    }
}
