package dev.bft.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * What a sweep saw, and the floors below which it proves nothing: a seed in which nothing happened, or a kind of fault
 * that hardly ever struck, makes the sweep fail although every invariant held.
 */
final class SweepReport {
    /** Checkpoints of a seed. */
    private static final long CHECKPOINTS_MIN = 8;

    /** Each kind of fault strikes in one seed of so many. */
    private static final int FAULT_SHARE = 5;

    /** With fewer seeds the share of a fault is chance. */
    private static final int SEEDS_FOR_SHARES = 60;

    /** A seed with fewer batches tests less: too few checkpoints and transfers for the floors of a whole day. */
    private static final long WHOLE_DAY = 500;

    /** With fewer seeds some behaviour of a faulty replica may have found no occasion. */
    private static final int SEEDS_FOR_BEHAVIOURS = 500;

    /** Situations that a hundred seeds may never meet. */
    private static final Set<Situation> RARE = EnumSet.of(
            Situation.VIEW_CHANGE_AHEAD,
            Situation.TWO_BEGINNINGS,
            Situation.TOLD_OTHERWISE,
            Situation.LEFT_ALONE,
            Situation.HELD_OVER_VIEWS_AND_KEYS,
            Situation.KEYS_BEFORE_PREPARE,
            Situation.KEYS_BEFORE_COMMIT,
            Situation.KEYS_BEFORE_EXECUTION,
            Situation.KEYS_IN_A_VIEW_CHANGE,
            Situation.KEYS_IN_A_CHECKPOINT);

    /** Situations that each day should meet: as many seeds as of a fault. */
    private static final Set<Situation> COMMON = EnumSet.of(
            Situation.REPLIED_TENTATIVELY,
            Situation.BELIEVED_TENTATIVELY,
            Situation.ROLLED_BACK,
            Situation.TOLD_AND_ROLLED_BACK,
            Situation.READ_OUT_OF_ORDER);

    /** Situations that take a script: no day drawn from a seed need meet them. */
    private static final Set<Situation> SCRIPTED =
            EnumSet.of(Situation.OVERRULED, Situation.FORGOTTEN_CHOSEN, Situation.MUTED);

    /** What half the seeds have at least. */
    private static final Map<Tally.Count, Long> MEDIANS = medians();

    private final Sweep.Range range;
    private final List<Outcome> violations = new ArrayList<>();
    private final Map<String, List<Long>> values = new TreeMap<>();
    private int seeds;

    SweepReport(Sweep.Range range) {
        this.range = range;
    }

    private static Map<Tally.Count, Long> medians() {
        Map<Tally.Count, Long> floors = new TreeMap<>();
        floors.put(Tally.Count.CRASHES, 3L);
        floors.put(Tally.Count.RECOVERIES, 1L);
        floors.put(Tally.Count.TRANSFERS, 2L);
        floors.put(Tally.Count.KEY_CHANGES, 10L);
        floors.put(Tally.Count.OPERATIONS, 500L);
        floors.put(Tally.Count.VIEW_CHANGES, 8L);
        floors.put(Tally.Count.NEW_VIEWS, 2L);
        return floors;
    }

    void add(Outcome outcome) {
        seeds++;
        if (outcome.violation().isPresent()) {
            violations.add(outcome);
            return;
        }
        outcome.tally().all().forEach((name, value) -> values.computeIfAbsent(name, n -> new ArrayList<>())
                .add(value));
    }

    List<Outcome> violations() {
        return violations;
    }

    /** The values of one count, increasing; seeds that never counted it have 0. */
    private long[] sorted(String name) {
        List<Long> seen = values.getOrDefault(name, List.of());
        long[] all = new long[seeds - violations.size()];
        for (int i = 0; i < seen.size(); i++) {
            all[i] = seen.get(i);
        }
        Arrays.sort(all);
        return all;
    }

    private long min(String name) {
        long[] all = sorted(name);
        return all.length == 0 ? 0 : all[0];
    }

    private long median(String name) {
        long[] all = sorted(name);
        return all.length == 0 ? 0 : all[all.length / 2];
    }

    private long max(String name) {
        long[] all = sorted(name);
        return all.length == 0 ? 0 : all[all.length - 1];
    }

    private int percent(String name) {
        int whole = seeds - violations.size();
        return whole == 0 ? 0 : 100 * values.getOrDefault(name, List.of()).size() / whole;
    }

    /** The floors that were not reached. */
    List<String> missed() {
        List<String> missed = new ArrayList<>();
        floor(missed, "min", Tally.Count.BATCHES.label(), min(Tally.Count.BATCHES.label()), range.batches());
        boolean whole = range.batches() >= WHOLE_DAY;
        if (whole) {
            long checkpoints = min(Tally.Count.CHECKPOINTS.label());
            floor(missed, "min", Tally.Count.CHECKPOINTS.label(), checkpoints, CHECKPOINTS_MIN);
        }
        if (seeds < SEEDS_FOR_SHARES) {
            return missed;
        }
        if (whole) {
            MEDIANS.forEach((count, least) -> floor(missed, "median", count.label(), median(count.label()), least));
        }
        sharesOf(missed);
        return missed;
    }

    /** How many seeds met each fault, and whether each situation and behaviour was met at all. */
    private void sharesOf(List<String> missed) {
        for (Fault fault : Fault.values()) {
            floor(missed, "% of seeds", fault.label(), percent(fault.label()), 100 / FAULT_SHARE);
        }
        for (Situation situation : Situation.values()) {
            if (COMMON.contains(situation)) {
                floor(missed, "% of seeds", situation.label(), percent(situation.label()), 100 / FAULT_SHARE);
            }
            boolean common = !RARE.contains(situation) || seeds >= SEEDS_FOR_BEHAVIOURS;
            if (common && !SCRIPTED.contains(situation)) {
                floor(missed, "max", situation.label(), max(situation.label()), 1);
            }
        }
        if (seeds >= SEEDS_FOR_BEHAVIOURS) {
            for (Behaviour behaviour : Behaviour.values()) {
                boolean counted = behaviour.compareTo(Behaviour.TWINS) < 0;
                floor(missed, "max", behaviour.label(), counted ? max(behaviour.label()) : 1, 1);
            }
        }
    }

    private static void floor(List<String> missed, String what, String name, long value, long least) {
        if (value < least) {
            missed.add(name + ": " + what + " " + value + ", the floor is " + least);
        }
    }

    /** Whether every invariant held in every seed and all floors were reached. */
    boolean isGood() {
        return violations.isEmpty() && missed().isEmpty();
    }

    /** For people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "seeds %d to %d, %d replicas: %d held every invariant, %d did not",
                range.first(),
                range.first() + seeds - 1,
                range.replicas(),
                seeds - violations.size(),
                violations.size()));
        lines.add(String.format(Locale.ROOT, "%-32s %10s %10s %10s %6s", "", "min", "median", "max", "seeds"));
        for (String name : values.keySet()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-32s %10d %10d %10d %5d%%",
                    name,
                    min(name),
                    median(name),
                    max(name),
                    percent(name)));
        }
        missed().forEach(floor -> lines.add("floor missed: " + floor));
        violations.forEach(v -> lines.add("again with: " + again(v)));
        return lines;
    }

    private String again(Outcome broken) {
        String batches = range.batches() == SimMain.BATCHES ? "" : " --batches " + range.batches();
        return "bft sim replay " + broken.plan().seed() + " --replicas " + range.replicas() + batches + " --trace";
    }

    /** For programs: one object. */
    String json() {
        StringJoiner counts = new StringJoiner(",", "{", "}");
        for (String name : values.keySet()) {
            counts.add(String.format(
                    Locale.ROOT,
                    "\"%s\":{\"min\":%d,\"median\":%d,\"max\":%d,\"percent\":%d}",
                    name,
                    min(name),
                    median(name),
                    max(name),
                    percent(name)));
        }
        StringJoiner broken = new StringJoiner(",", "[", "]");
        for (Outcome outcome : violations) {
            outcome.violation()
                    .ifPresent(v -> broken.add(String.format(
                            Locale.ROOT,
                            "{\"seed\":%d,\"step\":%d,\"invariant\":%s,\"seen\":%s}",
                            outcome.plan().seed(),
                            outcome.step(),
                            quoted(v.invariant()),
                            quoted(v.seen()))));
        }
        StringJoiner floors = new StringJoiner(",", "[", "]");
        missed().forEach(floor -> floors.add(quoted(floor)));
        return String.format(
                Locale.ROOT,
                "{\"v\":1,\"first\":%d,\"seeds\":%d,\"replicas\":%d,\"violations\":%s,\"floors_missed\":%s,\"counts\":%s}",
                range.first(),
                seeds,
                range.replicas(),
                broken,
                floors,
                counts);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
