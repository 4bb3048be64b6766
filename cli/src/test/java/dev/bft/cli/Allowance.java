package dev.bft.cli;

/** So many things a second, and no more than a tenth of a second's at once. */
final class Allowance {
    private static final double SECOND = 1e9;
    private static final double AT_ONCE = 0.1;

    private final double rate;
    private double left;
    private long at;

    Allowance(double perSecond) {
        this.rate = perSecond;
        this.left = 1;
        this.at = System.nanoTime();
    }

    /** Whether one more may be done now; then it counts as done. */
    boolean take() {
        long now = System.nanoTime();
        left = Math.min(Math.max(1, rate * AT_ONCE), left + (now - at) * rate / SECOND);
        at = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
