package dev.bft.cli;

import dev.bft.keystore.ClusterFolder;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Reads everything a cluster is started from and tells what is wrong with it. */
@Command(
        name = "check",
        description = "Read bft.toml, the read-only memories, the keys and their file modes, and say what is wrong.")
@Manual(
        examples = {
            "bft config check", "look at ./bft-cluster",
            "bft config check -c /srv/c1", "look at another cluster",
            "bft config check -o json", "the findings for a program"
        },
        exits = ExitCode.CONFIG)
final class ConfigCheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CommandException {
        ClusterFolder folder = cluster.existing();
        List<String> findings = new ClusterCheck(folder).findings();
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(
                    Json.versioned().put("cluster", folder.root().toString()).putStrings("findings", findings));
        } else if (findings.isEmpty()) {
            out.println(folder.root() + ": nothing is wrong");
        } else {
            findings.forEach(out::println);
        }
        return findings.isEmpty() ? ExitCode.OK.code() : ExitCode.CONFIG.code();
    }
}
