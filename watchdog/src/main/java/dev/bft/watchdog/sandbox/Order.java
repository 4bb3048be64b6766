package dev.bft.watchdog.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The launcher's command line: what the watchdog asks of it, as the arguments of a process. */
record Order(int parent, int descriptorCount, Limits limits, String folder, List<String> command) {

    static Order of(Launch launch, int parent) {
        return new Order(
                parent,
                launch.descriptors().size(),
                launch.limits(),
                launch.folder().toString(),
                launch.command());
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                Integer.toString(parent),
                Integer.toString(descriptorCount),
                Integer.toString(limits.openFiles()),
                Long.toString(limits.fileBytes()),
                folder));
        arguments.addAll(command);
        return arguments;
    }

    static Order parse(String... arguments) {
        Iterator<String> next = List.of(arguments).iterator();
        try {
            int parent = Integer.parseInt(next.next());
            int descriptorCount = Integer.parseInt(next.next());
            Limits limits = new Limits(Integer.parseInt(next.next()), Long.parseLong(next.next()));
            String folder = next.next();
            List<String> command = new ArrayList<>();
            // No method reference: making its class takes the launcher longer than the rest of this.
            while (next.hasNext()) {
                command.add(next.next());
            }
            if (command.isEmpty() || !Path.of(command.get(0)).isAbsolute()) {
                throw new IllegalArgumentException("no program with an absolute path");
            }
            return new Order(parent, descriptorCount, limits, folder, command);
        } catch (NoSuchElementException e) {
            throw new IllegalArgumentException("too few arguments: " + List.of(arguments), e);
        }
    }
}
