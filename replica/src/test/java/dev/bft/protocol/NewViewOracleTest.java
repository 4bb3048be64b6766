package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.protocol.NewViewDecision.Chosen;
import dev.bft.sim.NewViewOracle;
import dev.bft.sim.NewViewOracle.Decision;
import dev.bft.wire.Digest;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decision and its second implementation agree on VIEW-CHANGEs drawn at random, lawful and unlawful ones. */
final class NewViewOracleTest {
    private static final int ROUNDS = 10_000;
    private static final long K = 2;
    private static final long L = 4;

    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void bothDecideAlike(int replicas) {
        NewViewDecision decision = new NewViewDecision(new Quorums(replicas), L);
        NewViewOracle oracle = new NewViewOracle(replicas, L);
        int decided = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            Drawn drawn = new Drawn(seed, replicas);
            List<ViewChange> s = drawn.messages();
            int lacking = drawn.random.nextInt(1 << Drawn.BATCHES.size());
            Optional<Decision> chosen = decision.decide(s, (n, d) -> isUsable(d, lacking))
                    .chosen()
                    .map(c -> new Decision(new Held(c.checkpoint(), c.state()), c.batches()));
            assertThat(chosen).as("seed %s: %s", seed, s).isEqualTo(oracle.decide(s, (n, d) -> isUsable(d, lacking)));
            decided += chosen.isPresent() ? 1 : 0;
        }
        assertThat(decided).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void bothAcceptAlike(int replicas) {
        NewViewDecision decision = new NewViewDecision(new Quorums(replicas), L);
        int valid = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            Drawn drawn = new Drawn(seed, replicas);
            List<ViewChange> v = drawn.messages();
            NewView newView =
                    drawn.newView(v, decision.decide(v, (n, d) -> true).chosen());
            boolean accepted = decision.isValid(newView, v);
            assertThat(accepted)
                    .as("seed %s: %s on %s", seed, newView, v)
                    .isEqualTo(NewViewOracle.isValid(replicas, L, newView, Said.bySender(v)));
            valid += accepted ? 1 : 0;
        }
        assertThat(valid).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void whatIsDecidedIsValidHoweverManyBatchesAreLacking(int replicas) {
        NewViewDecision decision = new NewViewDecision(new Quorums(replicas), L);
        for (int seed = 0; seed < ROUNDS; seed++) {
            Drawn drawn = new Drawn(seed, replicas);
            List<ViewChange> v = drawn.messages();
            int lacking = drawn.random.nextInt(1 << Drawn.BATCHES.size());
            Optional<Chosen> chosen =
                    decision.decide(v, (n, d) -> isUsable(d, lacking)).chosen();
            chosen.ifPresent(c -> {
                NewView newView = Said.newView(v, new Held(c.checkpoint(), c.state()), c.batches());
                assertThat(decision.isValid(newView, v))
                        .as("%s on %s", newView, v)
                        .isTrue();
            });
        }
    }

    @Test
    void theOracleWantsExactlyTheListedMessages() {
        List<ViewChange> v = Said.messages(Said.above(4), Said.above(4), Said.above(4));
        NewView newView = Said.newView(v, Said.held(4), List.of());
        TreeMap<Integer, ViewChange> listed = Said.bySender(v);
        assertThat(NewViewOracle.isValid(4, L, newView, listed)).isTrue();
        listed.put(2, Said.above(4).holds(8).message());
        assertThat(NewViewOracle.isValid(4, L, newView, listed)).isFalse();
        listed.remove(2);
        assertThat(NewViewOracle.isValid(4, L, newView, listed)).isFalse();
        List<ViewChange> old = Said.messages(Said.in(9, 4), Said.above(4), Said.above(4));
        assertThat(NewViewOracle.isValid(4, L, Said.newView(old, Said.held(4), List.of()), Said.bySender(old)))
                .isFalse();
    }

    private static boolean isUsable(Digest batch, int lacking) {
        return (lacking >> Drawn.BATCHES.indexOf(batch) & 1) == 0;
    }

    /** What one seed draws. */
    private static final class Drawn {
        static final List<Digest> BATCHES = List.of(Said.A, Said.B, Said.NULL);
        final Random random;
        private final int replicas;
        private final int views;
        private final int density;

        Drawn(long seed, int replicas) {
            random = new Random(seed);
            this.replicas = replicas;
            views = 1 + random.nextInt(4);
            density = 1 + random.nextInt(5);
        }

        List<ViewChange> messages() {
            List<ViewChange> said = new ArrayList<>();
            int faulty = (replicas - 1) / 3;
            int count = 2 * faulty + random.nextInt(faulty + 2);
            for (int i = 0; i < count; i++) {
                said.add(message());
            }
            return said;
        }

        private ViewChange message() {
            Said said = Said.above(K * random.nextInt(random.nextInt(4) + 1));
            long stable = said.message().stable();
            for (long seqno = stable + K; seqno <= stable + L && random.nextBoolean(); seqno += K) {
                said = random.nextInt(8) == 0 ? said.holds(new Held(seqno, batch())) : said.holds(seqno);
            }
            for (long seqno = stable + 1; seqno <= stable + L; seqno++) {
                for (Digest batch : BATCHES) {
                    said = random.nextInt(density) == 0 ? said.voted(seqno, batch, random.nextInt(views)) : said;
                }
                if (random.nextInt(density) == 0) {
                    said = said.prepared(seqno, batch(), random.nextInt(views));
                }
            }
            return said.message();
        }

        private Digest batch() {
            return BATCHES.get(random.nextInt(BATCHES.size()));
        }

        /** What was decided, or something near it, or anything. */
        NewView newView(List<ViewChange> v, Optional<Chosen> decided) {
            Held start = decided.map(c -> new Held(c.checkpoint(), c.state())).orElse(Said.held(K * random.nextInt(4)));
            List<Digest> batches = new ArrayList<>(decided.map(Chosen::batches).orElse(List.of()));
            int changes = random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                switch (random.nextInt(4)) {
                    case 0 -> batches.add(batch());
                    case 1 -> batches.replaceAll(d -> random.nextInt(3) == 0 ? batch() : d);
                    case 2 ->
                        batches.subList(batches.size() - batches.size() / 2, batches.size())
                                .clear();
                    default -> start = Said.held(K * random.nextInt(4));
                }
            }
            return Said.newView(v, start, batches);
        }
    }
}
