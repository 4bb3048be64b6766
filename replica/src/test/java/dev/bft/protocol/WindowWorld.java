package dev.bft.protocol;

import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Held;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A whole log at the end of view 0, drawn from a seed: correct replicas at most L apart in h, each with what it
 * prepared, voted for and executed above it. K = 2, L = 4.
 */
final class WindowWorld {
    static final long K = 2;
    static final long L = 4;
    private static final long STABLE = 8;

    private final Random random;
    private final Quorums quorums;
    private final List<Said> correct = new ArrayList<>();
    private long committed = STABLE;

    WindowWorld(long seed, int replicas) {
        random = new Random(seed);
        quorums = new Quorums(replicas);
        // f+1 of them hold the highest stable checkpoint, for one it is stable; all are at most L below it.
        for (int i = 0; i < quorums.strong(); i++) {
            correct.add(Said.in(1, i == 0 ? STABLE : STABLE - K * random.nextInt((int) (L / K) + 1)));
        }
        for (long seqno = STABLE - L + 1; seqno <= STABLE + L; seqno++) {
            order(seqno);
        }
        for (int i = 0; i < correct.size(); i++) {
            correct.set(i, execute(correct.get(i), i < quorums.weak()));
        }
    }

    /** The last seqno that committed, with all before it. */
    long committed() {
        return committed;
    }

    /** The batch of a seqno: view 0 has no other. */
    static Digest batch(long seqno) {
        return Said.digest(100 + (int) seqno);
    }

    /** Votes at a seqno by replicas whose window it lies in; with f+1 votes some prepare, with f+1 prepared it commits. */
    private void order(long seqno) {
        boolean settled = seqno <= STABLE;
        List<Integer> voters = IntStream.range(0, correct.size())
                .filter(i -> seqno <= correct.get(i).message().stable() + L)
                .filter(i -> (settled && i < quorums.weak()) || random.nextInt(4) > 0)
                .boxed()
                .toList();
        int prepared = 0;
        for (int i : voters) {
            boolean prepares =
                    (settled && i < quorums.weak()) || (voters.size() >= quorums.weak() && random.nextInt(4) > 0);
            prepared += prepares ? 1 : 0;
            if (correct.get(i).message().stable() < seqno) {
                Said said = correct.get(i);
                correct.set(i, prepares ? said.prepared(seqno, batch(seqno), 0) : said.voted(seqno, batch(seqno), 0));
            }
        }
        committed += committed == seqno - 1 && prepared >= quorums.weak() ? 1 : 0;
    }

    private Said execute(Said said, boolean atLeastStable) {
        long low = atLeastStable ? STABLE : said.message().stable();
        long high = Math.min(committed, said.message().stable() + L);
        long executed = low + random.nextInt((int) (high - low) + 1);
        return said.holds(Said.multiples(K, said.message().stable() + 1, executed));
    }

    /** What all correct replicas say. */
    List<ViewChange> messages() {
        return correct.stream().map(Said::message).toList();
    }

    /** What a quorum says, all liars in it. */
    List<ViewChange> withLiars() {
        List<ViewChange> said = new ArrayList<>(messages());
        Collections.shuffle(said, random);
        int few = quorums.strong() - quorums.faulty();
        said = new ArrayList<>(said.subList(0, few + random.nextInt(quorums.faulty() + 1)));
        for (int i = 0; i < quorums.faulty(); i++) {
            said.add(lie());
        }
        return said;
    }

    private ViewChange lie() {
        Said said = Said.in(1, STABLE - L + K * random.nextInt((int) (2 * L / K) + 1));
        long stable = said.message().stable();
        for (long seqno = stable + K; seqno <= stable + L; seqno += K) {
            said = random.nextInt(3) == 0 ? said.holds(new Held(seqno, Said.A)) : said.holds(seqno);
        }
        for (long seqno = stable + 1; seqno <= stable + L; seqno++) {
            Digest claim = random.nextBoolean() ? batch(seqno) : random.nextBoolean() ? Said.NULL : Said.B;
            said = random.nextBoolean() ? said.prepared(seqno, claim, 0) : said;
        }
        return said.message();
    }
}
