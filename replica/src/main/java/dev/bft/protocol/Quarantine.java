package dev.bft.protocol;

import dev.bft.wire.SignedRequest;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * The clients whose requests this replica proposes only if they are signed, each in a batch of its own (amendment AG7).
 * Never a refusal, and nobody's business but the proposer's: what another proposes is judged by itself.
 *
 * <p>A client comes in when f+1 replicas could not tell that its request was its own and it did not sign, or when it was
 * convicted here: only it or this replica could have made what came. It leaves after a while, the longer the more often it
 * was here, or once so many signed requests of it were executed.
 */
final class Quarantine {
    private static final long FIRST = 60_000_000_000L;
    private static final long LONGEST = 3_600_000_000_000L;

    /** Who signed so many requests that were executed is out. */
    private static final int GOOD = 100;

    /** More than are remembered: who is out, or is so next, makes room. */
    private static final int CLIENTS = 1024;

    private final TreeMap<Integer, Term> terms = new TreeMap<>();
    private final TreeMap<Integer, Long> doubts = new TreeMap<>();

    /**
     * How long a client is in.
     *
     * @param end until when at most
     * @param length for how long in all; remembered as long again after the end
     * @param good signed requests executed meanwhile
     */
    private record Term(long end, long length, int good) {}

    /** Whether a client is in. */
    boolean holds(int client, long now) {
        Term term = terms.get(client);
        return term != null && now < term.end && term.good < GOOD;
    }

    /** Whether what a client asks for must be signed to be proposed: it is in, or doubted for the moment. */
    boolean mustSign(int client, long now) {
        return holds(client, now) || doubts.getOrDefault(client, Long.MIN_VALUE) > now;
    }

    /** Somebody could not tell a request of a client to be its own: until then it must sign. */
    void doubt(int client, long until) {
        if (doubts.size() >= CLIENTS) {
            doubts.values().removeIf(end -> end <= until);
        }
        if (doubts.size() < CLIENTS) {
            doubts.merge(client, until, Math::max);
        }
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
            terms.entrySet().stream()
                    .min(Comparator.comparingLong(e -> e.getValue().end))
                    .map(Map.Entry::getKey)
                    .ifPresent(terms::remove);
        }
    }

    /** A request that a client had signed was executed. */
    void served(int client) {
        terms.computeIfPresent(client, (id, term) -> new Term(term.end, term.length, Math.min(term.good + 1, GOOD)));
    }
}
