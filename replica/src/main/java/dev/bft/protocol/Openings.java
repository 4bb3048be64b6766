package dev.bft.protocol;

import dev.bft.service.State;
import java.util.Map;
import java.util.TreeMap;

/**
 * The last openings of sessions, in pages of the replicated state (amendment AG8): an OPEN that took effect takes none
 * a second time while it is remembered, so that a faulty primary cannot close the sessions in use of a client by
 * proposing its old OPENs again. What AG8 calls T_open is counted in openings: so many that each of the
 * {@link #PER_SLOT} entries a session slot has is written anew. Time would be no better a measure: it is the primary
 * that proposes it.
 *
 * <p>Layout: the number of openings so far, 8 bytes; then a ring of entries of 16 bytes: client, session, nonce.
 */
final class Openings {
    /** The openings remembered for each session that the table has room for. */
    static final int PER_SLOT = 4;

    private static final int ENTRY = 16;
    private static final int HEAD = 16;

    private final State pages;
    private final long start;
    private final int entries;
    /** An index of the ring, rebuilt from the pages after a boot or a fetch. */
    private final Map<SessionId, Integer> index = new TreeMap<>();

    /**
     * @param pages the protocol's part of the state
     * @param start where this part of it begins, in bytes
     * @param sessions the capacity of the session table
     */
    Openings(State pages, long start, int sessions) {
        this.pages = pages;
        this.start = start;
        this.entries = PER_SLOT * sessions;
    }

    /** The bytes that it takes beside a table of this capacity. */
    static long bytes(int sessions) {
        return HEAD + (long) PER_SLOT * sessions * ENTRY;
    }

    private long at(int entry) {
        return start + HEAD + (long) entry * ENTRY;
    }

    private SessionId session(int entry) {
        return new SessionId(pages.readInt(at(entry)), pages.readInt(at(entry) + 4));
    }

    /** Reads the index anew: the pages changed under it. */
    void rebuild() {
        index.clear();
        long count = pages.readLong(start);
        for (long opening = Math.max(0, count - entries); opening < count; opening++) {
            int entry = (int) (opening % entries);
            index.put(session(entry), entry);
        }
    }

    /** Whether a session of this name was opened with this nonce or, later, with a greater one. */
    boolean isSpent(SessionId session, long nonce) {
        Integer entry = index.get(session);
        return entry != null && pages.readLong(at(entry) + 8) >= nonce;
    }

    /** A session was opened. */
    void add(SessionId session, long nonce) {
        long count = pages.readLong(start);
        int entry = (int) Math.floorMod(count, (long) entries);
        if (count >= entries) {
            index.remove(session(entry), entry);
        }
        pages.writeLong(start, count + 1);
        pages.writeInt(at(entry), session.client());
        pages.writeInt(at(entry) + 4, session.session());
        pages.writeLong(at(entry) + 8, nonce);
        index.put(session, entry);
    }
}
