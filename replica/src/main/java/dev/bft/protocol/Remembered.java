package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.SignedRequest;
import java.util.ArrayDeque;
import java.util.TreeMap;

/**
 * Requests that were known here to be their clients' and stood in batches that Q has no room for any more (amendment
 * AG10): another replica may still have prepared such a batch, and the client may be gone, and its key with it. The last
 * four of each session; of 4,096 sessions at most.
 */
final class Remembered {
    private static final int PER_SESSION = 4;
    private static final int SESSIONS = 4096;

    private final TreeMap<SessionId, ArrayDeque<Digest>> bySession = new TreeMap<>();

    /** All requests of a batch that I voted for. */
    void add(Batch batch) {
        batch.requests().forEach(this::add);
    }

    private void add(SignedRequest request) {
        SessionId session = SessionId.of(request);
        if (!bySession.containsKey(session) && bySession.size() >= SESSIONS) {
            return;
        }
        ArrayDeque<Digest> known = bySession.computeIfAbsent(session, s -> new ArrayDeque<>());
        known.remove(request.digest());
        known.addLast(request.digest());
        if (known.size() > PER_SESSION) {
            known.removeFirst();
        }
    }

    boolean holds(SignedRequest request) {
        ArrayDeque<Digest> known = bySession.get(SessionId.of(request));
        return known != null && known.contains(request.digest());
    }

    void clear() {
        bySession.clear();
    }
}
