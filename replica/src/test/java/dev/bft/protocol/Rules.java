package dev.bft.protocol;

import dev.bft.protocol.NewViewDecision.Usable;
import dev.bft.sim.NewViewOracle;
import dev.bft.sim.NewViewOracle.Decision;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Held;
import java.util.List;
import java.util.Optional;

/** How a model decides a new view: with production code, or with a rule left out. */
interface Rules {
    boolean allows(Decision decision, List<ViewChange> v);

    Optional<Decision> decide(List<ViewChange> s, Usable usable);

    /** The rules that replicas run. */
    static Rules production(int replicas, long logSize) {
        NewViewDecision decision = new NewViewDecision(new Quorums(replicas), logSize);
        return new Rules() {
            @Override
            public boolean allows(Decision d, List<ViewChange> v) {
                Held start = d.start();
                return decision.isValid(new NewView(1, List.of(), start.seqno(), start.state(), d.batches()), v);
            }

            @Override
            public Optional<Decision> decide(List<ViewChange> s, Usable usable) {
                return decision.decide(s, usable)
                        .chosen()
                        .map(c -> new Decision(new Held(c.checkpoint(), c.state()), c.batches()));
            }
        };
    }

    /** The rules of the text with mistakes. */
    static Rules with(int replicas, long logSize, NewViewOracle.Mistake... mistakes) {
        NewViewOracle oracle = new NewViewOracle(replicas, logSize, mistakes);
        return new Rules() {
            @Override
            public boolean allows(Decision d, List<ViewChange> v) {
                return oracle.allows(d, v);
            }

            @Override
            public Optional<Decision> decide(List<ViewChange> s, Usable usable) {
                return oracle.decide(s, usable::test);
            }
        };
    }
}
