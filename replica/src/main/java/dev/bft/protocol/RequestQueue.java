package dev.bft.protocol;

import dev.bft.wire.Digest;
import dev.bft.wire.SignedRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The requests that were authenticated here and are not executed, first come first served (section 3.4): one for
 * each session, the newest. Bounded in number and bytes.
 */
final class RequestQueue {
    /** The most bytes of requests held. */
    private static final long BYTES = 32L << 20;

    /**
     * Nanoseconds after which nobody waits any more for a request that was not asked for again: a client that is
     * there asks more often. Else what a dead client left at one replica only would take up room for ever.
     */
    private static final long FORGOTTEN = 10_000_000_000L;

    /**
     * A request that waits.
     *
     * @param arrival its place in the order
     * @param proposed whether it is in a batch under way
     * @param proved whether its signature verified here
     * @param blames whether its client asks for it again and signed it: only then it may blame the primary (amendment AG6)
     * @param asked when it last arrived
     * @param relayed when it was last passed on
     */
    private record Queued(
            SignedRequest request,
            long arrival,
            boolean proposed,
            boolean proved,
            boolean blames,
            long asked,
            long relayed) {
        Queued asProposed(boolean under) {
            return new Queued(request, arrival, under, proved, blames, asked, relayed);
        }

        Queued asProved(SignedRequest copy, boolean blame) {
            return new Queued(copy, arrival, proposed, true, blames || blame, asked, NEVER);
        }

        Queued asAsked(long now) {
            return new Queued(request, arrival, proposed, proved, blames, now, relayed);
        }

        Queued asRelayed(long now) {
            return new Queued(request, arrival, proposed, proved, blames, asked, now);
        }
    }

    private static final Share NOTHING = new Share(0, 0);
    /** So many requests of a client in quarantine wait here at most. */
    private static final int SUSPECT = 16;

    /** So many batches of others pass one that must stand alone. */
    private static final int PASSING = 8;

    private static final long NEVER = Long.MIN_VALUE / 2;

    private record Share(int requests, long bytes) {
        Share plus(Share other) {
            return new Share(requests + other.requests, bytes + other.bytes);
        }
    }

    private final TreeMap<SessionId, Queued> bySession = new TreeMap<>();
    private final Turns turns = new Turns();
    private final TreeMap<Long, SessionId> signedByArrival = new TreeMap<>();
    /** What each client has here. */
    private final TreeMap<Integer, Share> shares = new TreeMap<>();

    private final int max;
    private final Quarantine quarantine;
    /** Batches since a request that must stand alone waits. */
    private int passed;

    private long headsServed;
    private long bytes;
    private long arrivals;
    private long sweptAt;

    RequestQueue(int max, Quarantine quarantine) {
        this.max = max;
        this.quarantine = quarantine;
    }

    /** Takes a request; false if an equal or newer one of the session is held, or there is no room. */
    boolean add(SignedRequest request, long now) {
        SessionId session = SessionId.of(request);
        Optional<Queued> held = Optional.ofNullable(bySession.get(session));
        if (held.isPresent()) {
            boolean newer = newer(request, held.get().request);
            if (!newer) {
                if (held.get().request.digest().equals(request.digest())) {
                    bySession.put(session, held.get().asAsked(now));
                }
                return false;
            }
            remove(session);
        }
        boolean isSuspect = quarantine.holds(request.client(), now);
        if (isSuspect && shares.getOrDefault(request.client(), NOTHING).requests >= SUSPECT) {
            return false;
        }
        while (isFull(request)) {
            if (!makeRoom(request.client())) {
                return false;
            }
        }
        bySession.put(session, new Queued(request, arrivals, false, false, false, now, NEVER));
        turns.add(arrivals++, session, false);
        count(request, 1);
        return true;
    }

    private boolean isFull(SignedRequest request) {
        return bySession.size() >= max || bytes + request.frame().length > BYTES;
    }

    private void count(SignedRequest request, int sign) {
        bytes += (long) sign * request.frame().length;
        shares.merge(request.client(), new Share(sign, (long) sign * request.frame().length), Share::plus);
        shares.remove(request.client(), NOTHING);
    }

    /**
     * Nobody fills the queue alone: the newest request that whoever holds most of it has in no batch goes, one that
     * nobody signed first; unless the newcomer is the one who holds most.
     */
    private boolean makeRoom(int newcomer) {
        boolean byBytes = bySession.size() < max;
        int heaviest = newcomer;
        for (Map.Entry<Integer, Share> one : shares.entrySet()) {
            heaviest = weight(one.getKey(), byBytes) > weight(heaviest, byBytes) ? one.getKey() : heaviest;
        }
        Optional<SessionId> victim = heaviest == newcomer ? Optional.empty() : newest(heaviest);
        victim.ifPresent(this::remove);
        return victim.isPresent();
    }

    private long weight(int client, boolean byBytes) {
        Share share = shares.getOrDefault(client, NOTHING);
        return byBytes ? share.bytes : share.requests;
    }

    private Optional<SessionId> newest(int client) {
        Comparator<Queued> unsignedThenNewest =
                Comparator.comparing((Queued q) -> !q.proved).thenComparingLong(Queued::arrival);
        SessionId first = new SessionId(client, Integer.MIN_VALUE);
        SessionId last = new SessionId(client, Integer.MAX_VALUE);
        return bySession.subMap(first, true, last, true).values().stream()
                .filter(q -> !q.proposed)
                .max(unsignedThenNewest)
                .map(q -> SessionId.of(q.request));
    }

    /**
     * The signature of a held request verified.
     *
     * @param blames whether its client waits, so that it may blame the primary
     */
    void signed(SignedRequest request, boolean blames) {
        SessionId session = SessionId.of(request);
        Queued held = bySession.get(session);
        if (held == null
                || !held.request.digest().equals(request.digest())
                || (held.proved && (held.blames || !blames))) {
            return;
        }
        // Relays carry the signature: the primary may hold nothing that proves the request its client's.
        count(held.request, -1);
        // What is proved stays what it is: the signature is no part of the digest, and another copy may have a bad one.
        bySession.put(session, held.asProved(held.proved ? held.request : request, blames));
        count(held.proved ? held.request : request, 1);
        turns.prove(held.arrival);
        if (blames) {
            signedByArrival.put(held.arrival, session);
        }
    }

    /**
     * Whether a held request may be passed on to the primary now, taken as done: not often, because two replicas that
     * take each other for the primary would pass it on for ever.
     */
    boolean takeRelay(SignedRequest request, long now, long gap) {
        SessionId session = SessionId.of(request);
        Optional<Queued> due = Optional.ofNullable(bySession.get(session))
                .filter(q -> q.request.digest().equals(request.digest()) && now - q.relayed >= gap);
        due.ifPresent(q -> bySession.put(session, q.asRelayed(now)));
        return due.isPresent();
    }

    /** Whether the signature of exactly this request verified here. */
    boolean isSigned(SignedRequest request) {
        Queued held = bySession.get(SessionId.of(request));
        return held != null && held.proved && held.request.digest().equals(request.digest());
    }

    /** How many requests were executed while they were the oldest that was signed. */
    long headsServed() {
        return headsServed;
    }

    /** The place of the oldest request that its client signed and waits for; -1 if there is none. */
    long oldestSigned() {
        return signedByArrival.isEmpty() ? -1 : signedByArrival.firstKey();
    }

    /**
     * The requests that are in no batch under way, oldest first, as many as fit: whoever was primary may hold some alone.
     * Not those that went to all.
     */
    List<SignedRequest> waiting(int maxBytes) {
        List<SignedRequest> oldest = new ArrayList<>();
        int size = 0;
        for (SessionId session : turns.oldestFirst()) {
            Queued held = bySession.get(session);
            if (held != null && held.request.request().isBody()) {
                continue;
            }
            size += held == null ? 0 : held.request.frame().length;
            if (held == null || (size > maxBytes && !oldest.isEmpty())) {
                break;
            }
            oldest.add(held.request);
        }
        return oldest;
    }

    private static boolean newer(SignedRequest a, SignedRequest b) {
        if (a.request().base() != b.request().base()) {
            return a.request().base() > b.request().base();
        }
        return a.request().number() > b.request().number();
    }

    /** Whether exactly this request was authenticated here. */
    boolean holds(SessionId session, Digest request) {
        Queued held = bySession.get(session);
        return held != null && held.request.digest().equals(request);
    }

    /** The authenticated copy of this request: its key is one the client uses now. */
    Optional<SignedRequest> find(SessionId session, Digest request) {
        return Optional.ofNullable(bySession.get(session))
                .filter(q -> holds(session, request))
                .map(Queued::request);
    }

    /** This request, if its client's signature verified here. */
    Optional<SignedRequest> findSigned(SessionId session, Digest request) {
        return Optional.ofNullable(bySession.get(session))
                .filter(q -> q.proved && q.request.digest().equals(request))
                .map(Queued::request);
    }

    /**
     * Takes requests for a batch, by turns ({@link Turns}); they stay queued, marked, until they are executed. One of a client
     * in quarantine stands alone, and lets others pass for some batches; what must be signed and is not is forgotten, for
     * its client signs what it asks for again.
     */
    List<SignedRequest> take(int maxRequests, int maxBytes, long now) {
        List<SignedRequest> taken = new ArrayList<>();
        Optional<Queued> lone = Optional.empty();
        int size = 0;
        Turns.Batch turn = turns.batch();
        while (taken.size() < maxRequests) {
            Optional<Queued> next = turn.next().map(bySession::get);
            if (next.isEmpty()) {
                break;
            }
            Queued head = next.get();
            int client = head.request.client();
            if (!head.proved && quarantine.mustSign(client, now)) {
                remove(SessionId.of(head.request));
                turn.dropped();
            } else if (quarantine.holds(client, now)) {
                lone = lone.or(() -> next);
                turn.pass();
                if (taken.isEmpty() && passed >= PASSING) {
                    break;
                }
            } else if (!taken.isEmpty() && size + head.request.frame().length > maxBytes) {
                break;
            } else {
                propose(head, taken);
                turn.taken();
                size += head.request.frame().length;
            }
        }
        lone.ifPresent(suspect -> turn(suspect, taken));
        return taken;
    }

    private void propose(Queued head, List<SignedRequest> batch) {
        turns.proposed(head.arrival, head.request);
        bySession.put(SessionId.of(head.request), head.asProposed(true));
        batch.add(head.request);
    }

    /** A request that must stand alone waits: it has the batch that is empty, or lets one more pass. */
    private void turn(Queued lone, List<SignedRequest> batch) {
        passed++;
        if (batch.isEmpty()) {
            passed = 0;
            propose(lone, batch);
        }
    }

    /** The requests waiting to be proposed. */
    int waiting() {
        return turns.size();
    }

    /** All requests held. */
    int size() {
        return bySession.size();
    }

    /** Forgets what is no newer than this executed request of its session. */
    void executed(SignedRequest done) {
        SessionId session = SessionId.of(done);
        Queued held = bySession.get(session);
        if (held != null && !newer(held.request, done)) {
            serve(held);
        } else if (held != null && held.arrival == oldestSigned()) {
            // Its client asked for the next one before this was executed: it has been served all the same.
            headsServed++;
        }
    }

    private void serve(Queued done) {
        headsServed += done.arrival == oldestSigned() ? 1 : 0;
        if (done.proved) {
            quarantine.served(done.request.client());
        }
        remove(SessionId.of(done.request));
    }

    /** Forgets what a fetched state already contains. */
    void prune(Predicate<SignedRequest> past) {
        for (Queued queued : List.copyOf(bySession.values())) {
            if (past.test(queued.request)) {
                serve(queued);
            }
        }
    }

    /** Time passed: what nobody waits for any more is forgotten; not what this primary proposed. */
    void tick(long now) {
        if (now - sweptAt < FORGOTTEN / 10) {
            return;
        }
        sweptAt = now;
        for (Queued queued : List.copyOf(bySession.values())) {
            if (!queued.proposed && now - queued.asked >= FORGOTTEN) {
                remove(SessionId.of(queued.request));
            }
        }
    }

    /** The batches under way changed: what is in none of them waits, in its old place. */
    void reconsider(Set<Digest> underWay) {
        turns.startOver();
        for (Queued queued : List.copyOf(bySession.values())) {
            SessionId session = SessionId.of(queued.request);
            boolean proposed = underWay.contains(queued.request.digest());
            bySession.put(session, queued.asProposed(proposed));
            if (proposed) {
                turns.proposed(queued.arrival, queued.request);
            } else {
                turns.add(queued.arrival, session, queued.proved);
            }
        }
    }

    private void remove(SessionId session) {
        Queued gone = bySession.remove(session);
        if (gone != null) {
            turns.remove(gone.arrival);
            signedByArrival.remove(gone.arrival);
            count(gone.request, -1);
            if (gone.proposed) {
                turns.ended(gone.request);
            }
        }
    }
}
