package dev.bft.cli;

import java.util.Locale;

/** Numbers as commands print them, the same in every locale. */
final class Figures {

    private Figures() {}

    /** With this many decimals; what is not a number at all is 0. */
    static String decimal(double value, int decimals) {
        double finite = Double.isFinite(value) ? value : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f", finite);
    }

    /** With thousands set apart. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
