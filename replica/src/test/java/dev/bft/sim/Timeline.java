package dev.bft.sim;

import java.util.Arrays;

/** Virtual time: what shall happen, in order of time and, at the same time, in the order it was asked for. */
final class Timeline {
    private long[] times = new long[1024];
    private long[] order = new long[1024];
    private Runnable[] actions = new Runnable[1024];
    private int size;
    private long asked;
    private long now;
    private long steps;

    /** Nanoseconds since the run began. */
    long now() {
        return now;
    }

    /** How many things happened. */
    long steps() {
        return steps;
    }

    int waiting() {
        return size;
    }

    /** Something shall happen so many nanoseconds from now. */
    void in(long delay, Runnable action) {
        if (delay < 0) {
            throw new IllegalArgumentException("the past is over");
        }
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            order = Arrays.copyOf(order, 2 * size);
            actions = Arrays.copyOf(actions, 2 * size);
        }
        put(size, now + delay, asked++, action);
        rise(size++);
    }

    /** Lets the next thing happen; false if nothing is left. */
    boolean runNext() {
        if (size == 0) {
            return false;
        }
        Runnable action = actions[0];
        now = times[0];
        steps++;
        size--;
        put(0, times[size], order[size], actions[size]);
        actions[size] = Timeline::nothing;
        sink();
        action.run();
        return true;
    }

    private static void nothing() {}

    private void put(int at, long time, long number, Runnable action) {
        times[at] = time;
        order[at] = number;
        actions[at] = action;
    }

    private boolean before(int a, int b) {
        return times[a] != times[b] ? times[a] < times[b] : order[a] < order[b];
    }

    private void rise(int from) {
        int at = from;
        while (at > 0 && before(at, (at - 1) / 2)) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void sink() {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && before(child + 1, child)) {
                child++;
            }
            if (!before(child, at)) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private void swap(int a, int b) {
        long time = times[a];
        long number = order[a];
        Runnable action = actions[a];
        put(a, times[b], order[b], actions[b]);
        put(b, time, number, action);
    }
}
