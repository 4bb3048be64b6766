package dev.bft.protocol;

import dev.bft.protocol.Memory.Mark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A state of {@link SlotModel} between two views. Replicas are interchangeable, and so are the batches a and b: of
 * states that differ by such names alone, one stands for all.
 *
 * @param replicas what each correct replica remembers and, for the shortcut's sake, remembered a view before
 * @param committed the batch that committed, or can commit any time; 0 if there is none
 */
record SlotState(List<Replica> replicas, int committed) {
    static final SlotState START = new SlotState(List.of(Replica.EMPTY, Replica.EMPTY, Replica.EMPTY), 0);

    /** A replica's memory, and that of a view before. */
    record Replica(int now, int before) implements Comparable<Replica> {
        static final Replica EMPTY = new Replica(0, 0);

        @Override
        public int compareTo(Replica other) {
            return Comparator.comparingInt(Replica::now)
                    .thenComparingInt(Replica::before)
                    .compare(this, other);
        }

        @Override
        public String toString() {
            return Memory.of(now).toString();
        }

        private Replica renamed() {
            return new Replica(
                    Memory.of(now).renamed().code(), Memory.of(before).renamed().code());
        }
    }

    /** Votes that may come together in a view, and who of the voters prepared. */
    record Votes(List<Integer> batches, List<Boolean> prepared) {
        static final List<Votes> ALL = all();

        private static List<Votes> all() {
            List<Votes> all = new ArrayList<>();
            for (int code = 0; code < 64 * 8; code++) {
                int p = code >> 6;
                Votes votes = new Votes(
                        List.of(code & 3, code >> 2 & 3, code >> 4 & 3),
                        List.of((p & 1) == 1, (p >> 1 & 1) == 1, (p >> 2 & 1) == 1));
                if (votes.isLawful()) {
                    all.add(votes);
                }
            }
            return all;
        }

        /** With the liar's, two votes prepare a batch: for each who cast one of them. */
        private boolean isLawful() {
            boolean lawful = true;
            for (int i = 0; i < 3; i++) {
                int batch = batches.get(i);
                long same = batches.stream().filter(b -> b == batch).count();
                lawful &= !prepared.get(i) || (batch != 0 && same >= 2);
            }
            return lawful;
        }

        /** The batch that two prepared: with the liar's, their COMMITs are a certificate. */
        int committed() {
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < i; j++) {
                    if (prepared.get(i) && prepared.get(j) && batches.get(i).equals(batches.get(j))) {
                        return batches.get(i);
                    }
                }
            }
            return 0;
        }
    }

    /** How far three replicas may have come: a checkpoint is stable when, beside the liar, two hold it. */
    static List<List<Mark>> marks() {
        List<List<Mark>> all = new ArrayList<>();
        for (Mark x : Mark.values()) {
            for (Mark y : Mark.values()) {
                for (Mark z : Mark.values()) {
                    List<Mark> marks = List.of(x, y, z);
                    long holders = marks.stream().filter(m -> m != Mark.NONE).count();
                    if (holders >= 2 || !marks.contains(Mark.STABLE)) {
                        all.add(marks);
                    }
                }
            }
        }
        return all;
    }

    /** Which state stands for this one. */
    SlotState canonical() {
        SlotState sorted = new SlotState(replicas.stream().sorted().toList(), committed);
        int other = committed == 1 || committed == 2 ? 3 - committed : committed;
        SlotState renamed =
                new SlotState(replicas.stream().map(Replica::renamed).sorted().toList(), other);
        int order = Integer.compare(sorted.committed, renamed.committed);
        for (int i = 0; i < 3 && order == 0; i++) {
            order = sorted.replicas.get(i).compareTo(renamed.replicas.get(i));
        }
        return order <= 0 ? sorted : renamed;
    }

    /** What each replica remembers now. */
    List<Integer> memories() {
        return replicas.stream().map(Replica::now).toList();
    }
}
