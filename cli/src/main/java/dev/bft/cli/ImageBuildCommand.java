package dev.bft.cli;

import dev.bft.watchdog.image.ImageBuilder;
import dev.bft.watchdog.image.ImageManifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.ZipFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Builds the clean image from the jars of this installation. */
@Command(
        name = "build",
        description = {
            "Build the clean image from this installation's jars and the JDK: a linked Java runtime, the jars of a"
                    + " replica, an archive of its classes, and the unsigned manifest.",
            "Of a jar of yours the classes are taken, and the files that stand in one folder with a class; with all"
                    + " that replicas run, it is trusted.",
            "An image whose inputs have not changed is left as it is."
        })
@Manual(
        examples = {
            "bft image build", "build it into this installation",
            "bft image build --out /srv/build", "build it elsewhere",
            "bft image build --out /srv/build && bft image sign --from /srv/build", "and give it to a cluster",
            "bft image build --jar stamps.jar --out /srv/build", "with a service of yours, for bft keygen --image"
        },
        exits = ExitCode.CONFIG)
final class ImageBuildCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where image/ and image.manifest go; this installation if not given.")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description =
                    "A jar to put into the image beside those of a replica: a service of yours, or what it needs.")
    private List<Path> jars = List.of();

    @Override
    public Integer call() throws CommandException, IOException, InterruptedException {
        Path home = Installation.find().home();
        Path folder = out.orElse(home);
        for (Path jar : jars) {
            checkJar(jar);
        }
        ImageManifest manifest =
                ImageBuilder.fromFolder(home.resolve("lib"), jars).build(folder);
        PrintWriter text = spec.commandLine().getOut();
        text.println(
                output.json()
                        ? Json.versioned()
                                .put("image", manifest.digest())
                                .put("folder", folder.toString())
                                .toString()
                        : "image " + manifest.digest() + " in " + folder + ", not signed");
        return ExitCode.OK.code();
    }

    private static void checkJar(Path jar) throws CommandException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            if (zip.stream().noneMatch(entry -> entry.getName().endsWith(".class"))) {
                throw new CommandException(
                        ExitCode.CONFIG, jar + ": there is no class in it; give the jar of a service");
            }
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.CONFIG, jar + ": it cannot be read as a jar (" + e + "); give the file of a jar", e);
        }
    }
}
