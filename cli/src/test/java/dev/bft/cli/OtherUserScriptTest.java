package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another user of the host has no way to a watchdog, and whoever opens the files to him has given him none either. */
final class OtherUserScriptTest {

    private static final List<List<String>> ORDERS = List.of(
            List.of("status"), List.of("stop"), List.of("recover-now", "1"), List.of("recover-now", "2", "--wait"));

    @TempDir
    static Path folder;

    private static TestCluster cluster;
    private static Shell other;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Loudly.assume(Shell.isRoot(), "only root can become another user");
        other = Shell.unprivileged(Files.createDirectory(folder.resolve("other")));
        own("chmod 755 " + folder);
        cluster = TestCluster.started(Shell.in(Files.createDirectory(folder.resolve("own"))));
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void noOrderOfHisIsObeyedHoweverOpenTheFilesAre() throws IOException, InterruptedException {
        List<Integer> before = pids();
        Path root = cluster.folder().root();
        own("chmod 700 " + root);
        for (List<String> order : ORDERS) {
            assertThat(typed(order).exit()).as(order.toString()).isIn(3, 4);
        }
        own("chmod 755 " + root + " " + root.getParent() + " " + root + "/replica-* && chmod 644 " + root
                + "/bft.toml");
        for (List<String> order : ORDERS) {
            Typed refused = typed(order);
            assertThat(refused.exit()).as(refused.toString()).isNotZero();
            assertThat(refused.err()).containsAnyOf("Permission denied", "you may not");
        }
        own("touch " + root + "/.interlock && chmod 666 " + root + "/.interlock");
        own("chmod 777 " + root + "/replica-* " + root + "/replica-*/watchdog.sock");
        for (List<String> order : ORDERS) {
            Typed refused = typed(order);
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(9);
            assertThat(refused.err()).contains("answers its own user only");
        }
        assertThat(pids()).isEqualTo(before);
        assertThat(cluster.shell().bft("status").exit()).isZero();
    }

    private static Typed typed(List<String> order) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(order);
        words.addAll(List.of("-c", cluster.folder().root().toString()));
        return other.bft(words.toArray(String[]::new));
    }

    private static void own(String line) throws IOException, InterruptedException {
        Typed typed = Shell.in(folder).line(line);
        assertThat(typed.exit()).as(typed.toString()).isZero();
    }

    private static List<Integer> pids() throws IOException {
        List<Integer> pids = new ArrayList<>();
        for (int replica = 0; replica < 4; replica++) {
            pids.add(cluster.status(replica).watchdog().pid());
            pids.add(cluster.status(replica).process().pid());
        }
        return pids;
    }
}
