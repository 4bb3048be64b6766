package dev.bft.state;

import java.util.Arrays;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Checkpoints that stay readable for others although the base goes beyond them (amendment RC10): before a page of the
 * base changes, each that needs it has a copy. Each costs 12 bytes a page on the heap, and at most the state off it.
 */
final class Pins {
    private final TreeMap<Long, Pin> pins = new TreeMap<>();

    /** The digests at the checkpoint, and the frames of the pages that the base has not got any more. */
    private record Pin(TreeAt digests, int[] frames) {}

    /** Makes a copy of a page as it was at a checkpoint; its frame. */
    interface Copy {
        int of(long checkpoint, int page);
    }

    /** Keeps these, as far as there are digests of them, and no others. */
    void keep(SortedSet<Long> wanted, PagePool pool, Function<Long, Optional<TreeAt>> digests) {
        for (long gone : pins.keySet().stream().filter(c -> !wanted.contains(c)).toList()) {
            for (int frame : Optional.ofNullable(pins.remove(gone)).orElseThrow().frames) {
                if (frame != Layer.NONE) {
                    pool.give(frame);
                }
            }
        }
        for (long checkpoint : wanted) {
            if (!pins.containsKey(checkpoint)) {
                digests.apply(checkpoint).ifPresent(tree -> pins.put(checkpoint, pin(tree)));
            }
        }
    }

    private static Pin pin(TreeAt tree) {
        int[] frames = new int[tree.pages().length];
        Arrays.fill(frames, Layer.NONE);
        return new Pin(tree, frames);
    }

    /** These pages of the base are about to become those of a later checkpoint. */
    void save(long later, int[] pages, Copy copy) {
        pins.headMap(later, false).forEach((checkpoint, pin) -> {
            for (int page : pages) {
                if (pin.frames[page] == Layer.NONE) {
                    pin.frames[page] = copy.of(checkpoint, page);
                }
            }
        });
    }

    boolean holds(long checkpoint) {
        return pins.containsKey(checkpoint);
    }

    Optional<TreeAt> digests(long checkpoint) {
        return Optional.ofNullable(pins.get(checkpoint)).map(Pin::digests);
    }

    /** The copy of a page; {@link Layer#NONE} if there is none. */
    int frame(long checkpoint, int page) {
        Pin pin = pins.get(checkpoint);
        return pin == null ? Layer.NONE : pin.frames[page];
    }

    /** Forgets all; the frames are gone with their pool. */
    void clear() {
        pins.clear();
    }
}
