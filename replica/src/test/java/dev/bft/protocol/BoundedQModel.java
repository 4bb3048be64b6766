package dev.bft.protocol;

import dev.bft.sim.NewViewOracle.Decision;
import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One seqno through up to 40 views drawn at random (section 6.10): f liars that claim and vouch for anything, a primary
 * that may tell each replica another decision, as long as the rules allow it, and correct replicas that vote, prepare
 * and commit or not, some often, some seldom, some in the first views only.
 */
final class BoundedQModel {
    /** How a run ended. */
    enum End {
        SAFE,
        /** A second batch committed, or could be proposed in place of the committed one. */
        UNSAFE,
        /** With the messages of all correct replicas the primary does not decide. */
        STUCK,
        /** A correct replica's message is not well-formed. */
        ILL_FORMED
    }

    private static final int VIEWS = 40;
    private static final long LOG = 2;

    private final Quorums quorums;
    private final Rules rules;
    private final int pairs;

    /** A model of these rules, with so many pairs in Q. */
    BoundedQModel(int replicas, Rules rules, int pairs) {
        this.quorums = new Quorums(replicas);
        this.rules = rules;
        this.pairs = pairs;
    }

    End run(long seed) {
        return new Run(seed).end();
    }

    private final class Run {
        private final Random random;
        private final List<Digest> batches = new ArrayList<>();
        private final List<Witness> correct;
        private final List<Integer> turnout = new ArrayList<>();
        private final List<Integer> until = new ArrayList<>();
        private final int zeal;
        private final int solitude;
        private Optional<Digest> committed = Optional.empty();
        private long view;

        Run(long seed) {
            random = new Random(seed);
            int count = 1 + random.nextInt(8);
            for (int i = 0; i < count; i++) {
                batches.add(Said.digest(i));
            }
            batches.add(Said.NULL);
            for (int i = 0; i < quorums.strong(); i++) {
                turnout.add(random.nextInt(5));
                until.add(random.nextBoolean() ? VIEWS : 1 + random.nextInt(4));
            }
            solitude = random.nextInt(8);
            zeal = 1 + random.nextInt(8);
            correct = new ArrayList<>(Collections.nCopies(quorums.strong(), Witness.ofNothing()));
        }

        End end() {
            int views = 2 + random.nextInt(VIEWS - 1);
            List<Optional<Digest>> free = List.of(Optional.empty());
            End end = vote(free);
            for (view = 1; view < views && end == End.SAFE; view++) {
                List<Optional<Digest>> choices = choices();
                boolean respects = committed.isEmpty() || choices.stream().allMatch(committed::equals);
                end = respects ? decide() : End.UNSAFE;
                end = end == End.SAFE && !choices.isEmpty() ? vote(choices) : end;
            }
            return end;
        }

        /** What the rules let a NEW-VIEW say on some S: batches, and nothing for a free seqno. */
        private List<Optional<Digest>> choices() {
            List<ViewChange> s = new ArrayList<>(messages());
            Collections.shuffle(s, random);
            int liars = random.nextInt(8) == 0 ? 0 : quorums.faulty();
            int few = quorums.strong() - liars;
            s = new ArrayList<>(s.subList(0, few + random.nextInt(quorums.strong() - few + 1)));
            for (int i = 0; i < liars; i++) {
                s.add(Witness.lie(view, claim(), pick(batches)));
            }
            List<Optional<Digest>> choices = new ArrayList<>();
            for (Digest batch : batches) {
                if (rules.allows(new Decision(Said.held(0), List.of(batch)), s)) {
                    choices.add(Optional.of(batch));
                }
            }
            if (rules.allows(new Decision(Said.held(0), List.of()), s)) {
                choices.add(Optional.empty());
            }
            return choices;
        }

        private Optional<Entry> claim() {
            long back = random.nextInt(3) == 0 ? random.nextInt((int) view) : random.nextInt((int) Math.min(view, 3));
            return random.nextInt(4) == 0
                    ? Optional.empty()
                    : Optional.of(new Entry(Witness.SEQNO, pick(batches), view - 1 - back));
        }

        private List<ViewChange> messages() {
            return correct.stream().map(w -> w.message(view)).toList();
        }

        /** The primary's decision when it has heard of all correct replicas. */
        private End decide() {
            List<ViewChange> s = messages();
            boolean formed = s.stream().allMatch(m -> new Claims(m).isWellFormed(1, LOG, pairs));
            if (!formed) {
                return End.ILL_FORMED;
            }
            Optional<Decision> chosen = rules.decide(s, (seqno, batch) -> true);
            return chosen.isPresent() && rules.allows(chosen.get(), s) ? End.SAFE : End.STUCK;
        }

        /** One view: one alone or some enter it with one of two decisions, and vote; some of them prepare. */
        private End vote(List<Optional<Digest>> choices) {
            Digest one = pick(choices).orElse(pick(batches));
            Digest two = random.nextInt(3) > 0 ? one : pick(choices).orElse(pick(batches));
            int alone = random.nextInt(8) < solitude ? random.nextInt(correct.size()) : -1;
            List<Optional<Digest>> votes = new ArrayList<>();
            for (int i = 0; i < correct.size(); i++) {
                Digest vote = random.nextBoolean() ? one : two;
                boolean active = alone < 0 ? random.nextInt(4) < turnout.get(i) : alone == i;
                votes.add(active && view < until.get(i) ? Optional.of(vote) : Optional.empty());
            }
            End end = End.SAFE;
            for (Digest batch : one.equals(two) ? List.of(one) : List.of(one, two)) {
                end = prepare(batch, votes) ? end : End.UNSAFE;
            }
            return end;
        }

        /** Whether nothing else had committed, if this commits. */
        private boolean prepare(Digest batch, List<Optional<Digest>> votes) {
            long voters = votes.stream().filter(Optional.of(batch)::equals).count();
            boolean certified = voters + quorums.faulty() >= quorums.strong();
            int prepared = 0;
            for (int i = 0; i < votes.size(); i++) {
                if (votes.get(i).equals(Optional.of(batch))) {
                    boolean prepares = certified && random.nextInt(8) < zeal;
                    Entry vote = new Entry(Witness.SEQNO, batch, view);
                    correct.set(i, correct.get(i).leaving(vote, prepares, pairs));
                    prepared += prepares ? 1 : 0;
                }
            }
            if (prepared + quorums.faulty() < quorums.strong()) {
                return true;
            }
            boolean agrees = committed.isEmpty() || committed.get().equals(batch);
            committed = Optional.of(batch);
            return agrees;
        }

        private <T> T pick(List<T> from) {
            return from.get(random.nextInt(from.size()));
        }
    }
}
