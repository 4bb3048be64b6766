package dev.bft.protocol;

import dev.bft.auth.Drbg;
import dev.bft.wire.Cluster;
import java.util.ArrayList;
import java.util.List;

/** What every part of a started client needs: who it is, its secrets, randomness, time, and where effects go. */
final class ClientNode {
    /** Ids begin at the wall clock's 52 bits of microseconds, times this. */
    private static final int IDS_PER_MICRO_BITS = 11;

    private static final long MICROS_MASK = (1L << 52) - 1;

    final ClientSettings settings;
    final ClientSecrets secrets;
    final Cluster cluster;

    private final Drbg random;
    private final List<ClientEffect> effects = new ArrayList<>();
    private long nextId;
    private long now;

    /**
     * A client that was just started.
     *
     * <p>Several processes may share a credential, and those of one host start within microseconds: the first id
     * is drawn from those of this microsecond, so that they do not take each other's key ids.
     */
    ClientNode(ClientSettings settings, ClientSecrets secrets, ClientEvent.Started started) {
        this.settings = settings;
        this.secrets = secrets;
        this.cluster = new Cluster(settings.cluster(), settings.epoch());
        this.random = new Drbg(started.seed());
        this.nextId =
                (started.wallMicros() & MICROS_MASK) << IDS_PER_MICRO_BITS | random.below(1 << IDS_PER_MICRO_BITS);
    }

    /** Nanoseconds since the first tick. */
    long now() {
        return now;
    }

    void advance(long nanos) {
        now += nanos;
    }

    /** f+1: one of so many replicas is correct. */
    int weakQuorum() {
        return (settings.replicas() - 1) / 3 + 1;
    }

    /** 2f+1: two sets of so many replicas have a correct one in common. */
    int quorum() {
        return 2 * (weakQuorum() - 1) + 1;
    }

    /** An id for a key or an OPEN, never used before by this process. */
    long freshId() {
        return nextId++;
    }

    /** A name for a session: other processes with the same credential draw from the same 31 bits. */
    int freshSession() {
        return (int) random.below(1L << 31);
    }

    /** 32 random bytes. */
    byte[] freshSecret() {
        return random.bytes(32);
    }

    /** A time less up to a quarter, so that clients do not act in step. */
    long jittered(long nanos) {
        return nanos - random.below(nanos / 4 + 1);
    }

    /** A random number below that. */
    int below(int bound) {
        return (int) random.below(bound);
    }

    void emit(ClientEffect effect) {
        effects.add(effect);
    }

    /** The effects since the last call. */
    List<ClientEffect> takeEffects() {
        List<ClientEffect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }
}
