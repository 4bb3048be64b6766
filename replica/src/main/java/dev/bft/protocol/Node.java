package dev.bft.protocol;

import dev.bft.auth.Drbg;
import dev.bft.auth.PublicKeys;
import dev.bft.auth.SessionKeys;
import dev.bft.wire.Cluster;
import dev.bft.wire.Message;

/**
 * What every part of a replica needs: who it is, its keys, and where effects go. Parts hold this, never the
 * replica.
 */
final class Node {
    final Settings settings;
    final Quorums quorums;
    final Cluster cluster;
    final SessionKeys keys;
    final PublicKeys publicKeys;
    final Outbox out = new Outbox();
    final Disk disk;
    final Pace pace;
    final Neighbours neighbours;
    final Expectations expectations;
    final Naming naming;
    /** Seeded by the boot; before it only a constant, never used. */
    Drbg random = new Drbg(new byte[32]);
    /** Monotonic nanoseconds of the last tick. */
    long now;

    /**
     * Microseconds since the epoch at the last tick. Proposals are made and judged by it; nothing is ever executed by it
     * (amendment RC7).
     */
    long wall;

    /** Whether there was a tick: before it there is no time to propose. */
    boolean ticked;

    /** Something is missing that others have: the next tick says what. */
    boolean askSoon;

    /** A read waits for a batch to commit: so may others', and my own COMMITs leave at once. */
    boolean awaitsCommits;

    private long view;
    private boolean active = true;
    private long activeSince = Long.MIN_VALUE / 2;

    Node(Settings settings, PublicKeys publicKeys) {
        this.settings = settings;
        this.disk = new Disk(out, settings);
        this.quorums = new Quorums(settings.replicas());
        this.cluster = new Cluster(settings.cluster(), settings.epoch());
        this.keys = new SessionKeys(cluster, settings.replica(), settings.replicas());
        this.publicKeys = publicKeys;
        this.pace = new Pace(settings);
        this.expectations = new Expectations(settings, quorums);
        this.naming = new Naming(settings.replicas());
        this.neighbours = new Neighbours(settings.replicas());
    }

    int me() {
        return settings.replica();
    }

    int replicas() {
        return settings.replicas();
    }

    /** The view: active, or waited for. */
    long view() {
        return view;
    }

    /** Whether the view is active: its NEW-VIEW was accepted and all that it needs is here; view 0 is from the start. */
    boolean isActive() {
        return active;
    }

    /** Waits for this view from now on. */
    void await(long next) {
        Invariant.check(next >= view, "views only go up");
        view = next;
        active = false;
    }

    /** Nothing is known of views: as before the first. */
    void forgetView() {
        view = 0;
        active = true;
    }

    /** The view begins. */
    void activate() {
        active = true;
        activeSince = now;
    }

    /** Whether the view is active for so long that all others who can be are in it: a STATUS period. */
    boolean isSettled() {
        return active && now - activeSince >= settings.statusPeriod();
    }

    /** The primary of the view. */
    int primary() {
        return primaryOf(view);
    }

    /** The primary of any view. */
    int primaryOf(long anyView) {
        return (int) (anyView % settings.replicas());
    }

    boolean isPrimary() {
        return primary() == me();
    }

    /** Multicasts a message with an authenticator. */
    void multicast(Message message) {
        byte[] frame = keys.toAll(message);
        for (int i = 0; i < replicas(); i++) {
            if (i != me()) {
                out.add(new Effect.SendToReplica(i, frame));
            }
        }
    }

    /** Sends a message to one replica, freshly authenticated. */
    void send(int replica, Message message) {
        out.add(new Effect.SendToReplica(replica, keys.toReplica(message, replica)));
    }
}
