package dev.bft.cli;

import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.SigningKey;
import dev.bft.keystore.SigningKeyFile;
import dev.bft.watchdog.image.ImageManifest;
import dev.bft.watchdog.image.ImageRefusedException;
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

/** Gives a cluster an image, signed with its release key. */
@Command(
        name = "sign",
        description = {
            "Copy an image into the cluster, sign its manifest with the release key and give it to every replica of"
                    + " this host.",
            "A replica runs from it after its next recovery."
        })
@Manual(
        examples = {
            "bft image sign", "the image of this installation",
            "bft image sign --from /srv/build", "the image that bft image build made there",
            "bft image sign --release-key /media/usb/release.key", "with a release key that is kept apart"
        },
        exits = {ExitCode.CONFIG, ExitCode.VERIFICATION})
final class ImageSignCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--from",
            paramLabel = "FOLDER",
            description = "Where image/ and image.manifest stand; this installation's if not given.")
    private Optional<Path> from = Optional.empty();

    @Option(
            names = "--release-key",
            paramLabel = "FILE",
            description = "The release key's file; release.key in the cluster's folder if not given.")
    private Optional<Path> releaseKey = Optional.empty();

    @Override
    public Integer call() throws CommandException, ConfigException, ImageRefusedException, IOException {
        ClusterFolder folder = cluster.existing();
        Path keyFile = releaseKey.orElse(folder.releaseKey());
        SigningKey release = SigningKeyFile.load(keyFile, SigningKeyFile.Role.RELEASE);
        ClusterImage image = new ClusterImage(folder);
        image.checkReleaseKey(release, keyFile);
        ImageManifest manifest = image.install(from.orElse(Installation.find().home()), release);
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                output.json()
                        ? Json.versioned().put("image", manifest.digest()).toString()
                        : "image " + manifest.digest() + " signed; a replica runs from it after its next recovery");
        return ExitCode.OK.code();
    }
}
