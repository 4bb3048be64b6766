package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.protocol.Memory.Ballot;
import dev.bft.protocol.Memory.Bounds;
import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What models of sections 6.2 and 6.10 suppose of a replica's memory is what the replica's memory does: {@link Witness}
 * and {@link Memory} beside {@link VoteHistory}, through views drawn at random.
 */
@Execution(ExecutionMode.CONCURRENT)
final class VoteHistoryModelTest {
    private static final int RUNS = 2_000;
    private static final int VIEWS = 40;
    private static final long LOG = 2;

    /** The views and the batches of the model of all outcomes. */
    private static final int FEW = 3;

    private static List<Batch> batches(int count) {
        List<Batch> batches = new ArrayList<>(List.of(Batch.NULL));
        for (int i = 1; i < count; i++) {
            batches.add(Batch.of(List.of(), new byte[] {(byte) i}));
        }
        return batches;
    }

    private static ViewChange message(long view, VoteHistory history) {
        return new ViewChange(view, 0, List.of(Said.held(0)), history.prepared(), history.prePrepared());
    }

    /** The same read from the records of a vote log. */
    private static VoteHistory reread(VoteHistory history, Quorums quorums) {
        VoteHistory again = new VoteHistory(quorums);
        for (VoteRecord one : history.records()) {
            if (one instanceof VoteRecord.Voted r) {
                again.prePrepared(r.seqno(), r.batch(), r.view());
            } else if (one instanceof VoteRecord.Prepared r) {
                assertThat(again.prepared(r.seqno(), r.batch(), r.view())).isTrue();
            }
        }
        assertThat(again.records()).isEqualTo(history.records());
        return again;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void itRemembersWhatTheWitnessOfLongRunsDoes(int replicas) {
        Quorums quorums = new Quorums(replicas);
        int pairs = VoteHistory.digestsMax(quorums);
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            List<Batch> batches = batches(1 + random.nextInt(8));
            Witness witness = Witness.ofNothing();
            VoteHistory history = new VoteHistory(quorums);
            for (long view = 0; view < VIEWS; view++) {
                if (random.nextBoolean()) {
                    Batch batch = batches.get(random.nextInt(batches.size()));
                    boolean prepares = random.nextInt(4) == 0;
                    witness = witness.leaving(new Entry(Witness.SEQNO, batch.digest(), view), prepares, pairs);
                    leaving(history, batch, view, prepares);
                }
                history = random.nextInt(8) == 0 ? reread(history, quorums) : history;
                isLike(history, witness, seed);
                assertThat(new Claims(message(VIEWS, history)).isWellFormed(1, LOG, pairs))
                        .as("seed %s", seed)
                        .isTrue();
            }
        }
    }

    private static void isLike(VoteHistory history, Witness witness, int seed) {
        assertThat(history.prepared())
                .as("P, seed %s", seed)
                .isEqualTo(witness.prepared().stream().toList());
        assertThat(history.prePrepared()).as("Q, seed %s", seed).containsExactlyInAnyOrderElementsOf(witness.votes());
        for (Entry q : witness.votes()) {
            assertThat(history.holds(Witness.SEQNO, q.batch()))
                    .as("seed %s", seed)
                    .isTrue();
        }
    }

    private static void leaving(VoteHistory history, Batch batch, long view, boolean prepares) {
        history.prePrepared(Witness.SEQNO, batch, view);
        if (prepares) {
            assertThat(history.prepared(Witness.SEQNO, batch.digest(), view)).isTrue();
        }
    }

    /** Every way through three views with three batches. */
    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void itRemembersWhatTheModelOfAllOutcomesDoes(int replicas) {
        Quorums quorums = new Quorums(replicas);
        List<Batch> batches = batches(FEW);
        Bounds bounds = new Bounds(FEW, false);
        // A view without a vote, or a vote for one of three batches, prepared or not.
        int choices = 1 + 2 * FEW;
        for (int code = 0; code < choices * choices * choices; code++) {
            Memory memory = Memory.EMPTY;
            VoteHistory history = new VoteHistory(quorums);
            int rest = code;
            for (int view = 0; view < FEW; view++) {
                int vote = (rest % choices + 1) / 2;
                boolean prepares = rest % choices % 2 == 0 && vote > 0;
                memory = memory.leaving(new Ballot(view, vote, prepares), bounds);
                if (vote > 0) {
                    leaving(history, batches.get(vote - 1), view, prepares);
                }
                rest /= choices;
                isLike(history, memory, batches, code);
            }
        }
    }

    private static void isLike(VoteHistory history, Memory memory, List<Batch> batches, int code) {
        List<Entry> p = new ArrayList<>();
        if (memory.batch() > 0) {
            p.add(new Entry(Memory.SEQNO, batches.get(memory.batch() - 1).digest(), memory.view()));
        }
        List<Entry> q = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            Digest batch = batches.get(i).digest();
            if (memory.votes().get(i) > 0) {
                q.add(new Entry(Memory.SEQNO, batch, memory.votes().get(i) - 1));
            }
        }
        assertThat(history.prepared()).as("P, way %s", code).isEqualTo(p);
        assertThat(history.prePrepared()).as("Q, way %s", code).containsExactlyInAnyOrderElementsOf(q);
    }

    /** Two batches of one view, as a faulty primary and a commit elsewhere bring about, and votes read in any order. */
    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void whateverTheOrderOthersTakeItsForm(int replicas) {
        Quorums quorums = new Quorums(replicas);
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            List<Batch> batches = batches(1 + random.nextInt(8));
            VoteHistory history = new VoteHistory(quorums);
            for (int i = 0; i < VIEWS; i++) {
                Batch batch = batches.get(random.nextInt(batches.size()));
                long view = random.nextInt(FEW * 2);
                if (random.nextBoolean()) {
                    history.prePrepared(Witness.SEQNO, batch, view);
                } else if (history.holds(Witness.SEQNO, batch.digest())) {
                    leaving(history, batch, view, true);
                }
                Claims claims = new Claims(message(VIEWS, history));
                assertThat(claims.isWellFormed(1, LOG, VoteHistory.digestsMax(quorums)))
                        .as("seed %s", seed)
                        .isTrue();
            }
        }
    }
}
