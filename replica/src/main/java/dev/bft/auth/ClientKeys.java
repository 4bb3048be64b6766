package dev.bft.auth;

import dev.bft.wire.Envelope;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The session keys that clients chose for this replica: several for one client, since several processes may
 * share a credential. Bounded; of the same client, or of all, the key not used for longest makes room: a process
 * that talks keeps its key, however many short ones come and go beside it.
 */
public final class ClientKeys {
    /** Keys of one client. */
    private static final int PER_CLIENT = 16;

    private final TreeMap<Id, ClientKeyEntry> keys = new TreeMap<>();
    private final int me;
    private final int max;
    private long age;

    private record Id(int client, long key) implements Comparable<Id> {
        @Override
        public int compareTo(Id other) {
            int order = Integer.compare(client, other.client);
            return order != 0 ? order : Long.compare(key, other.key);
        }
    }

    /**
     * A key in force.
     *
     * @param client the client
     * @param key the key
     * @param link where the client listens for replies
     * @param age which keys were used longer ago
     */
    public record ClientKeyEntry(ClientPrincipal client, MacKey key, long link, long age) {}

    /** An empty table for replica {@code me}, for at most {@code max} keys. */
    public ClientKeys(int me, int max) {
        this.me = me;
        this.max = max;
    }

    /** Takes a key; an older one may have to go. */
    public void put(ClientPrincipal client, MacKey key, long link) {
        keys.put(new Id(client.id(), key.id()), new ClientKeyEntry(client, key, link, age++));
        evictFrom(
                keys.subMap(new Id(client.id(), Long.MIN_VALUE), true, new Id(client.id(), Long.MAX_VALUE), true),
                PER_CLIENT);
        evictFrom(keys, max);
    }

    private static void evictFrom(Map<Id, ClientKeyEntry> some, int room) {
        if (some.size() > room) {
            some.entrySet().stream()
                    .min(Comparator.comparingLong(e -> e.getValue().age()))
                    .map(Map.Entry::getKey)
                    .ifPresent(some::remove);
        }
    }

    /** The key that a client's frame names for me. */
    public Optional<ClientKeyEntry> of(Envelope envelope) {
        if (!(envelope.auth() instanceof Envelope.Macs macs)) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                keys.get(new Id(envelope.sender(), macs.of(me).key())));
    }

    /** The key of a client with this id, if it is held. */
    public Optional<ClientKeyEntry> of(int client, long key) {
        return Optional.ofNullable(keys.get(new Id(client, key)));
    }

    /** Whether the frame's MAC for me verifies under that key; if so the key is in use. */
    public boolean verifies(Envelope envelope, ClientKeyEntry entry) {
        boolean authentic = envelope.auth() instanceof Envelope.Macs macs
                && entry.key().verifies(envelope.digest(), macs.of(me).tag());
        if (authentic) {
            keys.replace(
                    new Id(entry.client().id(), entry.key().id()),
                    entry,
                    new ClientKeyEntry(entry.client(), entry.key(), entry.link(), age++));
        }
        return authentic;
    }

    /** The key that a client used last: where to send what it did not just ask for. */
    public Optional<ClientKeyEntry> newest(int client) {
        return keys.subMap(new Id(client, Long.MIN_VALUE), true, new Id(client, Long.MAX_VALUE), true).values().stream()
                .max(Comparator.comparingLong(ClientKeyEntry::age));
    }

    /** The keys held. */
    public int size() {
        return keys.size();
    }
}
