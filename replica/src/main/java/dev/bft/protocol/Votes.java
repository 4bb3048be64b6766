package dev.bft.protocol;

import dev.bft.wire.Digest;
import java.util.Arrays;
import java.util.Optional;

/** One digest for each replica: the first it named. A certificate under construction. */
final class Votes {
    private final Digest[] bySender;

    Votes(int replicas) {
        bySender = new Digest[replicas];
        Arrays.fill(bySender, Digest.ZERO);
    }

    /** Takes a vote; false if this sender voted before. */
    boolean put(int sender, Digest digest) {
        if (!bySender[sender].equals(Digest.ZERO)) {
            return false;
        }
        bySender[sender] = digest;
        return true;
    }

    /** Whether the sender voted for another digest than this one. */
    boolean differs(int sender, Digest digest) {
        return !bySender[sender].equals(Digest.ZERO) && !bySender[sender].equals(digest);
    }

    /** What the sender voted for; {@link Digest#ZERO} if nothing yet. */
    Digest of(int sender) {
        return bySender[sender];
    }

    /** How many voted for this digest. */
    int count(Digest digest) {
        int count = 0;
        for (Digest vote : bySender) {
            if (vote.equals(digest)) {
                count++;
            }
        }
        return count;
    }

    /** The digest that so many voted for. */
    Optional<Digest> with(int count) {
        for (Digest vote : bySender) {
            if (!vote.equals(Digest.ZERO) && count(vote) >= count) {
                return Optional.of(vote);
            }
        }
        return Optional.empty();
    }

    /** Forgets all votes. */
    void clear() {
        Arrays.fill(bySender, Digest.ZERO);
    }

    /** Forgets all votes but one's own: those authenticated with keys of the past (section 2.4). */
    void keepOnly(int me) {
        for (int i = 0; i < bySender.length; i++) {
            if (i != me) {
                bySender[i] = Digest.ZERO;
            }
        }
    }

    /** Forgets one sender's vote. */
    void forget(int sender) {
        bySender[sender] = Digest.ZERO;
    }
}
