package dev.bft.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Frames of the past, evenly drawn from all that were sent, to come again all together long after their time. */
final class Archive {
    private static final int SIZE = 2048;

    private final Rng rng;
    private final List<Kept> kept = new ArrayList<>();
    private long seen;

    /** A frame and who gets it. */
    record Kept(byte[] frame, Consumer<byte[]> receiver) {}

    Archive(Rng rng) {
        this.rng = rng;
    }

    void keep(byte[] frame, Consumer<byte[]> receiver) {
        seen++;
        if (kept.size() < SIZE) {
            kept.add(new Kept(frame, receiver));
        } else if (rng.between(0, seen) < SIZE) {
            kept.set(rng.below(SIZE), new Kept(frame, receiver));
        }
    }

    List<Kept> all() {
        return List.copyOf(kept);
    }
}
