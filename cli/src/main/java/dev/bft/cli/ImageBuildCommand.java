package dev.bft.cli;

import dev.bft.watchdog.image.ImageBuilder;
import dev.bft.watchdog.image.ImageManifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
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
            "An image whose inputs have not changed is left as it is."
        })
@Manual(
        examples = {
            "bft image build", "build it into this installation",
            "bft image build --out /srv/build", "build it elsewhere",
            "bft image build --out /srv/build && bft image sign --from /srv/build", "and give it to a cluster"
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

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path home = Installation.find().home();
        Path folder = out.orElse(home);
        ImageManifest manifest = ImageBuilder.fromFolder(home.resolve("lib")).build(folder);
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
}
