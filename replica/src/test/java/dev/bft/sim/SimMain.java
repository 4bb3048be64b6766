package dev.bft.sim;

import java.util.Optional;

/** stub */
public final class SimMain {
    private SimMain() {}

    public static void main(String[] args) {
        long first = Long.parseLong(args[0]);
        long count = Long.parseLong(args[1]);
        int n = Integer.parseInt(args[2]);
        for (long seed = first; seed < first + count; seed++) {
            long t = System.nanoTime();
            Outcome o = new Simulation(
                            Plan.draw(seed, n, 2000), args.length > 3 ? Optional.of(System.out) : Optional.empty())
                    .run();
            System.out.println(o.line() + " ms=" + (System.nanoTime() - t) / 1000000 + " vt=" + o.nanos() / 1000000);
        }
    }
}
