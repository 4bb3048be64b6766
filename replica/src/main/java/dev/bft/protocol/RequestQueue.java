package dev.bft.protocol;

import dev.bft.wire.Digest;
import dev.bft.wire.SignedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The requests that were authenticated here and are not executed, first come first served (section 3.4): one for
 * each session, the newest. Bounded in number and bytes.
 */
final class RequestQueue {
    /** The most bytes of requests held. */
    private static final long BYTES = 32L << 20;

    private record Queued(SignedRequest request, long arrival, boolean proposed) {}

    private final TreeMap<SessionId, Queued> bySession = new TreeMap<>();
    private final TreeMap<Long, SessionId> byArrival = new TreeMap<>();
    private final int max;
    private long bytes;
    private long arrivals;

    RequestQueue(int max) {
        this.max = max;
    }

    /** Takes a request; false if an equal or newer one of the session is held, or there is no room. */
    boolean add(SignedRequest request) {
        SessionId session = SessionId.of(request);
        Optional<Queued> held = Optional.ofNullable(bySession.get(session));
        if (held.isPresent()) {
            boolean newer = newer(request, held.get().request);
            if (!newer) {
                return false;
            }
            remove(session);
        }
        if (bySession.size() >= max || bytes + request.frame().length > BYTES) {
            return false;
        }
        bySession.put(session, new Queued(request, arrivals, false));
        byArrival.put(arrivals++, session);
        bytes += request.frame().length;
        return true;
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
        return holds(session, request)
                ? Optional.ofNullable(bySession.get(session)).map(Queued::request)
                : Optional.empty();
    }

    /** Takes requests for a batch, in order of arrival; they stay queued, marked, until they are executed. */
    List<SignedRequest> take(int maxRequests, int maxBytes) {
        List<SignedRequest> taken = new ArrayList<>();
        int size = 0;
        while (taken.size() < maxRequests && !byArrival.isEmpty()) {
            SessionId session = byArrival.firstEntry().getValue();
            Queued head = bySession.get(session);
            Invariant.check(head != null, "an arrival belongs to a queued request");
            if (head == null || (!taken.isEmpty() && size + head.request.frame().length > maxBytes)) {
                break;
            }
            byArrival.pollFirstEntry();
            bySession.put(session, new Queued(head.request, head.arrival, true));
            taken.add(head.request);
            size += head.request.frame().length;
        }
        return taken;
    }

    /** The requests waiting to be proposed. */
    int waiting() {
        return byArrival.size();
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
            remove(session);
        }
    }

    /** Forgets what a fetched state already contains. */
    void prune(Predicate<SignedRequest> past) {
        for (Queued queued : List.copyOf(bySession.values())) {
            if (past.test(queued.request)) {
                remove(SessionId.of(queued.request));
            }
        }
    }

    /** What was proposed in a batch that this replica will never see executed waits again. */
    void proposeAgain(Predicate<SignedRequest> underWay) {
        for (Queued queued : List.copyOf(bySession.values())) {
            if (queued.proposed && !underWay.test(queued.request)) {
                SessionId session = SessionId.of(queued.request);
                bySession.put(session, new Queued(queued.request, queued.arrival, false));
                byArrival.put(queued.arrival, session);
            }
        }
    }

    private void remove(SessionId session) {
        Queued gone = bySession.remove(session);
        if (gone != null) {
            byArrival.remove(gone.arrival);
            bytes -= gone.request.frame().length;
        }
    }
}
