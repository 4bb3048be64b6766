package dev.bft.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The simulator, which is test code of the replica module, as a process of its own. */
final class SimProcess {

    private static final String MAIN = "dev.bft.sim.SimMain";
    private static final String CLASSES = "replica/target/test-classes";

    private SimProcess() {}

    /** Runs it with these arguments; its output is ours. Returns its exit code. */
    static int run(List<String> arguments) throws CommandException, IOException, InterruptedException {
        Installation here = Installation.find();
        List<Path> classPath = new ArrayList<>(List.of(classes(here)));
        try (Stream<Path> jars = Files.list(here.home().resolve("lib"))) {
            jars.sorted().forEach(classPath::add);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("-cp");
        command.add(String.join(
                File.pathSeparator, classPath.stream().map(Path::toString).toList()));
        command.add(MAIN);
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            return process.waitFor();
        } finally {
            process.destroy();
        }
    }

    private static Path classes(Installation here) throws CommandException {
        Optional<Path> checkout = here.checkout();
        if (checkout.isEmpty()) {
            throw new CommandException(
                    ExitCode.CONFIG,
                    here.home() + ": the simulator is in no installation; run ./bft in a checkout of the sources");
        }
        Path classes = checkout.get().resolve(CLASSES);
        if (!Files.isRegularFile(classes.resolve(MAIN.replace('.', '/') + ".class"))) {
            throw new CommandException(
                    ExitCode.CONFIG,
                    classes + ": the simulator is not compiled; run: cd '" + checkout.get()
                            + "' && ./mvnw -q -DskipTests package");
        }
        return classes;
    }
}
