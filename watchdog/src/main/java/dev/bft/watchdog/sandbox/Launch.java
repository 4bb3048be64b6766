package dev.bft.watchdog.sandbox;

import java.nio.file.Path;
import java.util.List;

/**
 * What the launcher starts: a program with its arguments in its folder, holding these descriptors as 0, 1, 2, ... and no
 * other.
 *
 * @param command the program's absolute path, then its arguments
 */
public record Launch(List<String> command, Path folder, List<Descriptor> descriptors, Limits limits) {

    public Launch {
        command = List.copyOf(command);
        descriptors = List.copyOf(descriptors);
        if (command.isEmpty() || !Path.of(command.get(0)).isAbsolute()) {
            throw new IllegalArgumentException("a launch needs a program with an absolute path, not " + command);
        }
    }
}
