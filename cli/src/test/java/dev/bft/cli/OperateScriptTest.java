package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.watchdog.ReplicaPhase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A running cluster, operated by typed commands, deeper in the file system than the 107 bytes of a socket's address. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class OperateScriptTest {

    private static final int PATH_LENGTH = 200;

    @TempDir
    static Path folder;

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        int missing = PATH_LENGTH - folder.resolve("x/bft-cluster").toString().length();
        cluster = TestCluster.started(Shell.in(Files.createDirectory(folder.resolve("x".repeat(1 + missing)))));
        assertThat(cluster.folder().root().toString()).hasSize(PATH_LENGTH);
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        cluster.close();
    }

    @Test
    void theStatusHasExactlyTheFieldsThatProgramsRelyOn() throws IOException, InterruptedException {
        Map<String, Object> status = JsonReader.object(cluster.must("status", "-o", "json"));
        assertThat(status.keySet()).containsExactly("v", "n", "f", "quorum", "primary", "view", "replicas");
        assertThat(status).containsEntry("n", 4L).containsEntry("f", 1L).containsEntry("quorum", 3L);
        assertThat(status).containsEntry("primary", JsonReader.number(status, "view") % 4);
        List<Map<String, Object>> replicas = JsonReader.objects(status, "replicas");
        assertThat(replicas).hasSize(4);
        for (Map<String, Object> replica : replicas) {
            assertThat(replica.keySet())
                    .containsExactly(
                            "id",
                            "phase",
                            "view",
                            "executed",
                            "stable",
                            "digest",
                            "pid",
                            "watchdog_pid",
                            "isolation",
                            "image",
                            "last_recovery");
            assertThat(replica).containsEntry("phase", "ready").containsEntry("isolation", "none");
        }
    }

    @Test
    void theTableShowsEveryReplicaAndTheQuorum() throws Exception {
        // A kill or a recovery of another test may have moved the view, or left a replica alone in a later one, where
        // it
        // waits for the others: here they come.
        cluster.bringTogether();
        String table = cluster.must("status");
        assertThat(table).startsWith("ID  PHASE").contains("4 of 4 replicas ready, f 1, quorum 3, primary ");
        Matcher last = Pattern.compile("primary (\\d+), view (\\d+)\n$").matcher(table);
        assertThat(last.find()).as(table).isTrue();
        long view = Long.parseLong(last.group(2));
        assertThat(Long.parseLong(last.group(1))).isEqualTo(view % 4);
        assertThat(table.lines().filter(line -> line.matches("[0-3]   ready  " + view + " .*")))
                .as(table)
                .hasSize(4);
    }

    @Test
    void whatIsPutIsGotByteForByte() throws IOException, InterruptedException {
        Path file = cluster.shell().folder().resolve("bytes");
        byte[] bytes = new byte[100_000];
        IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) (i * 31));
        Files.write(file, bytes);
        assertThat(cluster.shell()
                        .line("bft kv put blob - < bytes && bft kv get --raw blob > back")
                        .exit())
                .isZero();
        assertThat(Files.readAllBytes(cluster.shell().folder().resolve("back"))).isEqualTo(bytes);
    }

    @Test
    void aMissingKeyIsExitCode10() throws IOException, InterruptedException {
        Typed get = cluster.shell().bft("kv", "get", "nothing");
        assertThat(get.exit()).isEqualTo(10);
        assertThat(get.out()).isEmpty();
        assertThat(get.err().lines()).hasSize(1);
        assertThat(cluster.shell().bft("kv", "delete", "nothing").exit()).isEqualTo(10);
    }

    @Test
    void compareAndSetChangesOnlyWhatIsAsExpected() throws IOException, InterruptedException {
        cluster.must("kv", "put", "lock", "free");
        assertThat(cluster.shell().bft("kv", "cas", "lock", "free", "mine").exit())
                .isZero();
        Typed second = cluster.shell().bft("kv", "cas", "lock", "free", "yours");
        assertThat(second.exit()).isEqualTo(10);
        assertThat(second.err()).contains("another value", "nothing was changed");
        assertThat(cluster.must("kv", "get", "lock")).isEqualTo("mine\n");
    }

    @Test
    void keysAreListedByPrefixInOrder() throws IOException, InterruptedException {
        for (String key : List.of("list/b", "list/a", "list/c", "other")) {
            cluster.must("kv", "put", key, "x");
        }
        assertThat(cluster.must("kv", "list", "list/")).isEqualTo("list/a\nlist/b\nlist/c\n");
        assertThat(cluster.must("kv", "list", "list/", "-o", "json").lines()).contains("{\"v\":1,\"key\":\"list/a\"}");
        cluster.must("kv", "delete", "list/b");
        assertThat(cluster.must("kv", "list", "list/")).isEqualTo("list/a\nlist/c\n");
    }

    @Test
    void aClientMadeLaterIsServedWithoutAChangeAtTheReplicas() throws IOException, InterruptedException {
        cluster.must("keygen", "--client", "late");
        assertThat(cluster.must("kv", "put", "from", "late", "--client", "late"))
                .isEmpty();
        assertThat(cluster.must("kv", "get", "from", "--client", "late")).isEqualTo("late\n");
    }

    @Test
    void keygenByForceRefusesToReplaceARunningCluster() throws IOException, InterruptedException {
        Typed typed = cluster.shell().bft("keygen", "--force");
        assertThat(typed.exit()).isEqualTo(9);
        assertThat(typed.err()).contains("bft stop");
    }

    @Test
    void startingWhatRunsChangesNothing() throws IOException, InterruptedException {
        int pid = cluster.status(1).watchdog().pid();
        assertThat(cluster.must("start", "--detach")).contains("4 of 4 replicas ready");
        assertThat(cluster.status(1).watchdog().pid()).isEqualTo(pid);
    }

    @Test
    void theInterlockRefusesASecondReplicaAndCanBeOverridden() throws IOException, InterruptedException {
        cluster.must("stop", "3");
        try {
            Typed degraded = cluster.shell().bft("status");
            assertThat(degraded.exit()).isEqualTo(7);
            Typed refused = cluster.shell().bft("recover-now", "1", "--wait");
            assertThat(refused.exit()).isEqualTo(9);
            assertThat(refused.err()).contains("replica 3 is stopped", "--override-interlock");
            assertThat(cluster.must("recover-now", "1", "--override-interlock")).contains("is being recovered");
        } finally {
            cluster.must("start-replica", "3", "--detach");
        }
        cluster.await(1, status -> status.phase() == ReplicaPhase.READY);
        assertThat(cluster.must("audit", "tail", "--replica", "1")).contains("interlock overridden");
        assertThat(cluster.must("audit", "tail", "--replica", "1", "--type", "override"))
                .contains("recover-now");
    }

    @Test
    void recoverNowShowsItsStepsAndTheStatusRemembersThem() throws IOException, InterruptedException {
        cluster.await(3, status -> status.phase() == ReplicaPhase.READY);
        String out = cluster.must("recover-now", "1", "--wait", "--reason", "a test", "-o", "json");
        Map<String, Object> told = JsonReader.object(out);
        assertThat(told).containsEntry("replica", 1L);
        Map<String, Object> status = JsonReader.object(cluster.must("status", "-o", "json"));
        Object remembered = JsonReader.objects(status, "replicas").get(1).get("last_recovery");
        assertThat(told.get("recovery")).isEqualTo(remembered);
        assertThat(out).contains("\"reason\":\"a test\"", "\"done\":true");
    }

    @Test
    void aHandOverMakesTheNextReplicaPrimaryAndIsRecorded() throws IOException, InterruptedException {
        long before = JsonReader.number(JsonReader.object(cluster.must("status", "-o", "json")), "view");
        Map<String, Object> after = JsonReader.object(cluster.must("hand-over", "-o", "json"));
        assertThat(JsonReader.number(after, "view")).isGreaterThan(before);
        assertThat(after).containsEntry("primary", JsonReader.number(after, "view") % 4);
        cluster.must("kv", "put", "handed", "over");
        assertThat(cluster.must("audit", "tail", "--type", "hand-over")).contains("hand-over");
        assertThat(cluster.must("audit", "tail", "--type", "view"))
                .contains("left view " + before + " for " + (before + 1) + ": hand-over");
    }

    @Test
    void theAuditIsFollowedFromAnotherProcess() throws IOException, InterruptedException {
        Path seen = cluster.shell().folder().resolve("followed");
        Process tail = cluster.shell().running(seen, "bft audit tail -f -n 0 --replica 2");
        try {
            awaitOneMore(seen);
        } finally {
            tail.destroy();
            assertThat(tail.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(Files.readString(seen)).contains("replica 2").doesNotContain("replica 1  #");
    }

    /** The follower may take a moment to begin, so recoveries are asked for until it shows one. */
    private static void awaitOneMore(Path seen) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TestCluster.DEADLINE.toNanos();
        while (!Files.readString(seen).contains("recovery")) {
            assertThat(System.nanoTime() - deadline).isNegative();
            cluster.must("recover-now", "2", "--wait");
        }
    }

    @Test
    void theAuditIsFilteredByTypeAndReplica() throws IOException, InterruptedException {
        String boots = cluster.must("audit", "tail", "-n", "100", "--type", "boot", "--replica", "0", "-o", "json");
        List<String> kinds = boots.lines()
                .map(line -> String.valueOf(JsonReader.object(line).get("kind")))
                .collect(Collectors.toList());
        assertThat(kinds).isNotEmpty().containsOnly("boot");
    }

    /** The last, for the others need the cluster. */
    @Test
    @Order(Integer.MAX_VALUE)
    void oneIsStoppedAndStartedAndThenAllAreStopped() throws IOException, InterruptedException {
        assertThat(cluster.must("stop", "1")).contains("replica 1 stopped");
        cluster.must("start-replica", "1", "--detach");
        assertThat(cluster.must("stop")).contains("replica 0 stopped", "replica 3 stopped");
        assertThat(cluster.shell().bft("status").exit()).isEqualTo(4);
    }
}
