package dev.bft.protocol;

import dev.bft.wire.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * PRE-PREPAREs and PREPAREs for a view that has not begun here: others may be a little faster (section 4.3). Kept for
 * each sender within bounds, looked at when a view begins.
 */
final class EarlyMessages {
    private static final int MESSAGES = 1024;
    private static final long BYTES = 2L << 20;

    /** A message and who sent it. */
    record Early(int sender, Message message) {}

    private final List<List<Early>> bySender = new ArrayList<>();
    private final long[] bytes;

    EarlyMessages(int replicas) {
        bytes = new long[replicas];
        for (int i = 0; i < replicas; i++) {
            bySender.add(new ArrayList<>());
        }
    }

    /** Keeps a message of so many bytes; false if there is no room. */
    boolean keep(int sender, Message message, int size) {
        List<Early> kept = bySender.get(sender);
        if (kept.size() >= MESSAGES || bytes[sender] + size > BYTES) {
            return false;
        }
        bytes[sender] += size;
        return kept.add(new Early(sender, message));
    }

    /** All that is kept, by sender, in the order of arrival; nothing is kept any more. */
    List<Early> take() {
        List<Early> all = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            all.addAll(bySender.get(i));
            forget(i);
        }
        return all;
    }

    /** Forgets what one sender said under keys that are over. */
    void forget(int sender) {
        bySender.get(sender).clear();
        bytes[sender] = 0;
    }
}
