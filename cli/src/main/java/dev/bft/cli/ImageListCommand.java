package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import dev.bft.watchdog.image.ImageManifest;
import dev.bft.watchdog.image.ImageRefusedException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists what a cluster's image consists of. */
@Command(
        name = "list",
        description = "List the files of the cluster's image by its signed manifest: mode, size, SHA-256 digest, path.")
@Manual(
        examples = {
            "bft image list", "one line a file",
            "bft image list -c /srv/c1", "the image of another cluster",
            "bft image list -o json", "one JSON object a file"
        },
        exits = {ExitCode.CONFIG, ExitCode.VERIFICATION})
final class ImageListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CommandException, ConfigException, ImageRefusedException {
        PrintWriter out = spec.commandLine().getOut();
        for (ImageManifest.Entry entry :
                new ClusterImage(cluster.existing()).signed().entries()) {
            out.println(output.json() ? json(entry).toString() : entry.toString());
        }
        return ExitCode.OK.code();
    }

    private static Json json(ImageManifest.Entry entry) {
        return Json.versioned()
                .put("path", entry.path())
                .put("mode", "0" + Integer.toOctalString(entry.mode()))
                .put("size", entry.size())
                .put("sha256", entry.sha256());
    }
}
