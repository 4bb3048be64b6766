package dev.bft.sim;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A process that hunts a planted bug, whose class stands before the right one on its class path: it prints the first of
 * the given seeds in which an invariant breaks, and what the run of that seed printed.
 */
final class SeedHunt {
    private SeedHunt() {}

    /** The name of the planted bug, and seeds. */
    public static void main(String[] args) throws InterruptedException {
        PlantedBug bug = PlantedBugs.all().stream()
                .filter(each -> each.name().equals(args[0]))
                .findFirst()
                .orElseThrow();
        for (int seed : Arrays.stream(args).skip(1).mapToInt(Integer::parseInt).toArray()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            PrintStream printed = new PrintStream(bytes, true, StandardCharsets.UTF_8);
            String[] command = bug.hunt().command(seed).toArray(String[]::new);
            if (SimMain.run(command, printed, printed) == SimMain.BROKEN) {
                System.out.println(seed);
                System.out.println(bytes.toString(StandardCharsets.UTF_8));
                return;
            }
        }
    }
}
