package dev.bft.protocol;

import dev.bft.service.State;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The clients that the root revoked, in pages of the replicated state (decisions 0.5-11): as many as the session table
 * has room for. One whose credentials have all expired makes room: they are good for nothing any more.
 *
 * <p>Layout: entries of 16 bytes: client (4 bytes, 0 in a free one), 4 zeros, the last second in which a credential of it
 * was good (8).
 */
final class Revocations {
    private static final int ENTRY = 16;

    private final State pages;
    private final long start;
    private final int entries;
    /** An index of the entries, rebuilt from the pages after a boot or a fetch. */
    private final Map<Integer, Integer> index = new TreeMap<>();

    /**
     * @param pages the protocol's part of the state
     * @param start where this part of it begins, in bytes
     * @param sessions the capacity of the session table
     */
    Revocations(State pages, long start, int sessions) {
        this.pages = pages;
        this.start = start;
        this.entries = sessions;
    }

    /** The bytes that it takes beside a table of this capacity. */
    static long bytes(int sessions) {
        return (long) sessions * ENTRY;
    }

    private long at(int entry) {
        return start + (long) entry * ENTRY;
    }

    /** Reads the index anew: the pages changed under it. */
    void rebuild() {
        index.clear();
        for (int entry = 0; entry < entries; entry++) {
            int client = pages.readInt(at(entry));
            if (client != 0) {
                index.put(client, entry);
            }
        }
    }

    /** Whether a client is revoked, as far back as that is remembered. */
    boolean holds(int client) {
        return index.containsKey(client);
    }

    /**
     * Writes a client down; one that stands there already stays as long as either says.
     *
     * @param second the second since the epoch that it is now: whose credentials are good no longer makes room
     * @return false if there is no room
     */
    boolean add(int client, long notAfter, long second) {
        Optional<Integer> entry = Optional.ofNullable(index.get(client)).or(() -> room(second));
        entry.ifPresent(e -> {
            int before = pages.readInt(at(e));
            index.remove(before, e);
            pages.writeInt(at(e), client);
            pages.writeLong(at(e) + 8, before == client ? Math.max(notAfter, notAfter(e)) : notAfter);
            index.put(client, e);
        });
        return entry.isPresent();
    }

    private long notAfter(int entry) {
        return pages.readLong(at(entry) + 8);
    }

    private Optional<Integer> room(long second) {
        for (int entry = 0; entry < entries; entry++) {
            if (pages.readInt(at(entry)) == 0 || notAfter(entry) < second) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }
}
