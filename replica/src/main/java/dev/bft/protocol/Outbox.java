package dev.bft.protocol;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The effects of the step under way, and the count of what was dropped. */
final class Outbox {
    private final EnumMap<Drop, Long> drops = new EnumMap<>(Drop.class);
    private List<Effect> effects = new ArrayList<>();
    private long dropped;

    void add(Effect effect) {
        effects.add(effect);
    }

    void report(Fact fact) {
        effects.add(new Effect.Report(fact));
    }

    /** Counts a drop; the result is always false, so that a guard reads {@code return out.drop(reason)}. */
    boolean drop(Drop reason) {
        drops.merge(reason, 1L, Long::sum);
        dropped++;
        return false;
    }

    /** How much was dropped in this life. */
    long dropped() {
        return dropped;
    }

    /** The effects so far, in order; the next step begins with none. */
    List<Effect> take() {
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }

    /** The drops by reason. */
    SortedMap<String, Long> drops() {
        TreeMap<String, Long> counts = new TreeMap<>();
        for (Map.Entry<Drop, Long> entry : drops.entrySet()) {
            counts.put(entry.getKey().label(), entry.getValue());
        }
        return counts;
    }
}
