package dev.bft.net;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How often each loss occurred. */
final class Losses {
    private final EnumMap<Loss, Long> counts = new EnumMap<>(Loss.class);

    void count(Loss loss) {
        counts.merge(loss, 1L, Long::sum);
    }

    Map<Loss, Long> counts() {
        return Collections.unmodifiableMap(new EnumMap<>(counts));
    }
}
