package dev.bft.host;

import dev.bft.protocol.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** To which replicas a connection stands, as the core was told last. */
final class Reached {
    private final boolean[] stands;

    /** To none of so many. */
    Reached(int replicas) {
        stands = new boolean[replicas];
    }

    /** Those to which no connection stands, or which are silent though one does. */
    List<Integer> missing(List<Integer> silent) {
        return IntStream.range(0, stands.length)
                .filter(i -> !stands[i] || silent.contains(i))
                .boxed()
                .toList();
    }

    /** What is to be told now. */
    List<Event> changes(IntPredicate isConnected) {
        List<Event> changes = new ArrayList<>();
        for (int i = 0; i < stands.length; i++) {
            if (isConnected.test(i) != stands[i]) {
                stands[i] = !stands[i];
                changes.add(new Event.Reached(i, stands[i]));
            }
        }
        return changes;
    }
}
