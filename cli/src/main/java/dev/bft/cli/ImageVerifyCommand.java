package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import dev.bft.watchdog.image.ImageRefusedException;
import dev.bft.watchdog.image.ImageRefusedException.Finding;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Compares a cluster's image with its signed manifest. */
@Command(
        name = "verify",
        description = {
            "Compare the cluster's image with its manifest, and the manifest with its signature.",
            "Every file that was changed, added, removed, linked or given other rights is named."
        })
@Manual(
        examples = {
            "bft image verify", "the image in ./bft-cluster",
            "bft image verify -c /srv/c1", "the image of another cluster",
            "bft image verify -o json", "the findings for a program"
        },
        exits = {ExitCode.CONFIG, ExitCode.VERIFICATION})
final class ImageVerifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CommandException, ConfigException, ImageRefusedException {
        ClusterImage image = new ClusterImage(cluster.existing());
        String digest = image.signed().digest();
        List<Finding> findings = image.findings();
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(Json.versioned()
                    .put("image", digest)
                    .put(
                            "findings",
                            findings.stream()
                                    .map(finding -> new Json()
                                            .put("file", finding.file())
                                            .put("fault", finding.fault()))
                                    .toList()));
        } else {
            findings.forEach(
                    finding -> out.println(cluster.folder().image().resolve(finding.file()) + ": " + finding.fault()));
            out.println(findings.isEmpty() ? "image " + digest + ": as signed" : "not the image " + digest);
        }
        return findings.isEmpty() ? ExitCode.OK.code() : ExitCode.VERIFICATION.code();
    }
}
