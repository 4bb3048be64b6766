package dev.bft.keystore;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody probably meant by a name that does not exist. */
final class NearMiss {

    private static final int LENGTH_MAX = 64;

    private NearMiss() {}

    /** The known name with the fewest changes to the given one; empty if all are too far away. */
    static Optional<String> of(String given, Collection<String> known) {
        if (given.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        int distanceMax = Math.max(1, given.length() / 3);
        return known.stream()
                .filter(name -> distance(given, name) <= distanceMax)
                .min(Comparator.comparingInt(name -> distance(given, name)));
    }

    /** How many letters must be added, left out or changed. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
