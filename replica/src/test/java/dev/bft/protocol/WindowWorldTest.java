package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.sim.NewViewOracle.Decision;
import dev.bft.sim.NewViewOracle.Mistake;
import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One view change over a whole log, with marks and checkpoints that differ between replicas. */
final class WindowWorldTest {
    private static final int RUNS = 5_000;

    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void correctMessagesDecideAsLongAsNobodyIsMoreThanALogBehind(int replicas) {
        Rules rules = Rules.production(replicas, WindowWorld.L);
        for (int seed = 0; seed < RUNS; seed++) {
            List<ViewChange> s = new WindowWorld(seed, replicas).messages();
            assertThat(s).as("seed %s", seed).allMatch(m -> new Claims(m)
                    .isWellFormed(WindowWorld.K, WindowWorld.L, 3));
            assertThat(rules.decide(s, (seqno, batch) -> true))
                    .as("seed %s: %s", seed, s)
                    .isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void aPrimaryThatInsistsOnTheHighestStartIsStuck(int replicas) {
        Rules rules = Rules.with(replicas, WindowWorld.L, Mistake.HIGHEST_START);
        int stuck = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            List<ViewChange> s = new WindowWorld(seed, replicas).messages();
            stuck += rules.decide(s, (seqno, batch) -> true).isEmpty() ? 1 : 0;
        }
        assertThat(stuck).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void whatCommittedStandsWhateverLiarsSay(int replicas) {
        assertThat(lost(replicas, Rules.production(replicas, WindowWorld.L))).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void whatCommittedIsLostWithA1Of2fAndNoA2(int replicas) {
        assertThat(lost(replicas, Rules.with(replicas, WindowWorld.L, Mistake.A1_OF_2F, Mistake.NO_A2)))
                .isPositive();
    }

    /** In how many runs a decision with the liars' messages does not hold what committed; some are decided. */
    private static int lost(int replicas, Rules rules) {
        int lost = 0;
        int decided = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            WindowWorld world = new WindowWorld(seed, replicas);
            List<ViewChange> s = world.withLiars();
            Optional<Decision> chosen = rules.decide(s, (seqno, batch) -> true);
            decided += chosen.isPresent() ? 1 : 0;
            lost += chosen.isPresent() && !holds(chosen.get(), world.committed()) ? 1 : 0;
        }
        assertThat(decided).isGreaterThan(RUNS / 20);
        return lost;
    }

    private static boolean holds(Decision decision, long committed) {
        long base = decision.start().seqno();
        boolean holds = decision.start().equals(Said.held(base));
        for (long seqno = base + 1; seqno <= committed; seqno++) {
            int at = (int) (seqno - base - 1);
            Digest batch = at < decision.batches().size() ? decision.batches().get(at) : Said.NULL;
            holds &= batch.equals(WindowWorld.batch(seqno));
        }
        return holds;
    }
}
