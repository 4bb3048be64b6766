package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.watchdog.WatchdogRefusalException.Cause;
import dev.bft.watchdog.audit.AuditLine;
import dev.bft.watchdog.audit.AuditQuery;
import dev.bft.watchdog.audit.AuditTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A watchdog, its coprocessor and a stand-in for its replica, all of them processes. */
@Timeout(300)
final class WatchdogTest {

    private static final Duration DEADLINE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private RunningWatchdog watchdog;

    @BeforeEach
    void start() throws Exception {
        watchdog = RunningWatchdog.start(folder.resolve("c"), "good");
    }

    @AfterEach
    void end() throws Exception {
        watchdog.end();
    }

    @Test
    void aStartedReplicaIsReadyAndItsStatusIsWhole() throws Exception {
        WatchdogStatus status = watchdog.await(
                at -> at.phase() == ReplicaPhase.READY && at.claim().isPresent());
        assertThat(status.replica()).isEqualTo(2);
        assertThat(status.isolation()).isEqualTo("none");
        assertThat(status.image()).matches("[0-9a-f]{64}");
        assertThat(status.bootSeq()).isEqualTo(1);
        assertThat(status.tick()).isZero();
        assertThat(status.problem()).isEmpty();
        for (ProcessUse use : List.of(status.process(), status.watchdog(), status.coprocessor())) {
            assertThat(ProcessHandle.of(use.pid())).isPresent();
            assertThat(use.rssBytes()).isGreaterThan(10 << 20);
            assertThat(use.pssBytes()).isBetween(1L << 20, use.rssBytes());
            assertThat(use.cpuMillis()).isPositive();
        }
        assertThat(status.claim()).hasValueSatisfying(claim -> {
            assertThat(claim.executed()).isEqualTo(42);
            assertThat(claim.metrics()).containsEntry("boots", 1L);
        });
        assertThat(Files.readString(Path.of("/proc/" + status.process().pid() + "/cmdline")))
                .startsWith(watchdog.home().resolve("boots/1/jre/bin/java").toString());
    }

    @Test
    void theReplicaHasNoWayToTheWatchdogButItsPipes() throws Exception {
        int pid = watchdog.awaitReady().process().pid();
        String status = Files.readString(Path.of("/proc/" + pid + "/status"));
        assertThat(status).contains("NoNewPrivs:\t1");
        assertThat(Files.readString(Path.of("/proc/" + pid + "/environ"))).isEqualTo("LC_ALL=C.UTF-8\0");
        assertThat(Files.readString(Path.of("/proc/" + pid + "/limits")).replaceAll(" +", " "))
                .contains("Max core file size 0 0 bytes")
                .contains("Max open files 4096 4096 files");
        List<String> links = new ArrayList<>();
        for (int fd = 0; fd < 4; fd++) {
            links.add(Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/" + fd))
                    .toString());
        }
        assertThat(links.get(0)).startsWith("socket:");
        assertThat(links.get(1)).startsWith("pipe:");
        assertThat(links.get(2))
                .isEqualTo(watchdog.home().toRealPath().resolve("replica.log").toString());
        assertThat(links.get(3)).startsWith("pipe:");
    }

    @Test
    void aRecoveryBootsACleanCopyWithTheNextTickAndKeepsWhatWasSaved() throws Exception {
        WatchdogStatus before = watchdog.awaitReady();
        List<String> steps = new ArrayList<>();
        RecoveryReport report =
                watchdog.client().recoverNow("drill", IfNotSaved.REFUSE, DEADLINE, step -> steps.add(step.name()));
        assertThat(steps).containsExactly("verify", "save", "kill", "verify", "launch", "loaded", "keys", "ready");
        assertThat(report.done()).isTrue();
        assertThat(report.steps()).extracting(RecoveryReport.Step::name).isEqualTo(steps);
        WatchdogStatus after = watchdog.awaitReady();
        assertThat(after.tick()).isEqualTo(1);
        assertThat(after.bootSeq()).isEqualTo(2);
        assertThat(after.process().pid()).isNotEqualTo(before.process().pid());
        assertThat(after.coprocessor().pid()).isEqualTo(before.coprocessor().pid());
        assertThat(ProcessHandle.of(before.process().pid())).isEmpty();
        assertThat(after.lastRecovery()).contains(report);
        assertThat(watchdog.home().resolve("boots/1")).doesNotExist();
        assertThat(watchdog.said()).doesNotContain("amnesia").contains("reason=drill");
    }

    @Test
    void aReplicaThatDoesNotSaveIsLeftAloneUntilAnOperatorInsists() throws Exception {
        WatchdogStatus first = watchdog.awaitReady();
        watchdog.behave("saves nothing");
        RunningWatchdog.kill(first.process().pid());
        WatchdogStatus before = watchdog.await(at -> at.phase() == ReplicaPhase.READY
                && at.process().pid() != first.process().pid());
        for (boolean waiting : new boolean[] {true, false}) {
            assertThatThrownBy(() -> {
                        if (waiting) {
                            watchdog.client().recoverNow("drill", IfNotSaved.REFUSE, DEADLINE, step -> {});
                        } else {
                            watchdog.client().startRecovery("drill", IfNotSaved.REFUSE, DEADLINE);
                        }
                    })
                    .isInstanceOfSatisfying(WatchdogRefusalException.class, e -> assertThat(e.kind())
                            .isEqualTo(Cause.LATE))
                    .hasMessageContaining("save missed its deadline");
        }
        WatchdogStatus after = watchdog.awaitReady();
        assertThat(after.process().pid()).isEqualTo(before.process().pid());
        assertThat(after.tick()).isEqualTo(before.tick());
        assertThat(watchdog.said()).contains("refusal reason=recovery refused: save missed its deadline");

        RecoveryReport report = watchdog.client().recoverNow("forced", IfNotSaved.KILL, DEADLINE, step -> {});
        assertThat(report.done()).isTrue();
        assertThat(report.steps()).extracting(RecoveryReport.Step::name).contains("save-missed");
        assertThat(watchdog.awaitReady().tick()).isEqualTo(before.tick() + 1);
        assertThat(watchdog.said()).contains("amnesia");
    }

    @Test
    void aHandOverIsRecordedAndPassedOn() throws Exception {
        watchdog.awaitReady();
        watchdog.client().handOver();
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!watchdog.said().contains("the replica says: view text=handed over")) {
            assertThat(System.nanoTime() - end).as(watchdog.said()).isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(watchdog.said()).contains(": hand-over");
    }

    @Test
    void anOverrideIsRecordedWithItsReason() throws Exception {
        watchdog.awaitReady();
        watchdog.client().override("two are down\nand it must be");
        assertThat(watchdog.said()).contains(": override reason=two are down");
        watchdog.client().stop(DEADLINE);
        AuditQuery overrides = new AuditQuery(1, false, Set.of("override"), Optional.empty());
        AuditTail.Place log =
                new AuditTail.Place(RunningWatchdog.REPLICA, watchdog.home().resolve("audit"));
        try (AuditTail tail = AuditTail.open(List.of(log), overrides)) {
            Optional<AuditLine> line = Optional.empty();
            while (line.isEmpty() && !tail.hasEnded()) {
                line = tail.next(DEADLINE);
            }
            assertThat(line.map(AuditLine::text))
                    .hasValueSatisfying(text -> assertThat(text).contains("override", "two are down"));
        }
    }

    @Test
    void aReplicaThatIsKilledIsBootedAgainWithTheSameTick() throws Exception {
        int pid = watchdog.awaitReady().process().pid();
        RunningWatchdog.kill(pid);
        WatchdogStatus after = watchdog.await(
                at -> at.phase() == ReplicaPhase.READY && at.process().pid() != pid);
        assertThat(after.bootSeq()).isEqualTo(2);
        assertThat(after.tick()).isZero();
        assertThat(watchdog.said()).contains("crash").contains("exit=signal 9").doesNotContain("amnesia");
    }

    @Test
    void replicaAndCoprocessorDieWithTheWatchdogAndTheNextOneGoesOn() throws Exception {
        WatchdogStatus before = watchdog.awaitReady();
        watchdog.client().recoverNow("once", IfNotSaved.REFUSE, DEADLINE, step -> {});
        WatchdogStatus status = watchdog.awaitReady();
        RunningWatchdog.kill(status.watchdog().pid());
        RunningWatchdog.awaitGone(status.process().pid());
        RunningWatchdog.awaitGone(status.coprocessor().pid());
        assertThat(watchdog.awaitExit()).isEqualTo(137);
        watchdog.restart();
        WatchdogStatus after = watchdog.awaitReady();
        assertThat(after.bootSeq()).isEqualTo(3);
        assertThat(after.tick()).isEqualTo(1);
        assertThat(after.image()).isEqualTo(before.image());
        assertThat(watchdog.said()).doesNotContain("amnesia");
    }

    @Test
    void aWatchdogThatIsKilledBeforeItHearsOfASaveLosesNoVotes() throws Exception {
        int first = watchdog.awaitReady().process().pid();
        watchdog.behave("saves without a word");
        RunningWatchdog.kill(first);
        WatchdogStatus status = watchdog.await(
                at -> at.phase() == ReplicaPhase.READY && at.process().pid() != first);
        Thread asker = new Thread(this::askInVain);
        asker.start();
        Path saved = watchdog.cluster().state(RunningWatchdog.REPLICA).resolve("saved");
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!Files.readString(saved).equals("1")) {
            assertThat(System.nanoTime() - end).as(watchdog.said()).isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
        RunningWatchdog.kill(status.watchdog().pid());
        RunningWatchdog.awaitGone(status.process().pid());
        RunningWatchdog.awaitGone(status.coprocessor().pid());
        assertThat(watchdog.awaitExit()).isEqualTo(137);
        asker.join();
        watchdog.behave("good");
        watchdog.restart();
        assertThat(watchdog.awaitReady().tick()).isEqualTo(1);
        assertThat(watchdog.said()).doesNotContain("amnesia");
    }

    private void askInVain() {
        try {
            watchdog.client().recoverNow("drill", IfNotSaved.REFUSE, DEADLINE, step -> {});
        } catch (IOException e) {
            // The watchdog was killed, perhaps just after it gave up.
        }
    }

    @Test
    void aLostCoprocessorIsReplacedAndTheReplicaBootedAtItsSide() throws Exception {
        WatchdogStatus before = watchdog.awaitReady();
        RunningWatchdog.kill(before.coprocessor().pid());
        WatchdogStatus after = watchdog.await(at -> at.phase() == ReplicaPhase.READY
                && at.coprocessor().pid() != before.coprocessor().pid()
                && at.process().pid() != before.process().pid());
        assertThat(after.bootSeq()).isGreaterThan(before.bootSeq());
        assertThat(watchdog.said()).contains("the coprocessor is gone: signal 9");
    }

    @Test
    void aTamperedImageRefusesTheRecoveryByNameAndLeavesTheReplicaAlone() throws Exception {
        int pid = watchdog.awaitReady().process().pid();
        Path jar = watchdog.cluster().image().resolve("lib/standin.jar");
        byte[] good = Files.readAllBytes(jar);
        overwrite(jar, flipped(good));
        assertThatThrownBy(() -> watchdog.client().recoverNow("drill", IfNotSaved.REFUSE, DEADLINE, step -> {}))
                .isInstanceOfSatisfying(WatchdogRefusalException.class, e -> assertThat(e.kind())
                        .isEqualTo(Cause.IMAGE))
                .hasMessageContaining("lib/standin.jar was changed");
        WatchdogStatus status = watchdog.awaitReady();
        assertThat(status.process().pid()).isEqualTo(pid);
        assertThat(status.problem()).contains("lib/standin.jar was changed");
        assertThat(watchdog.said()).contains("refusal reason=image refused: lib/standin.jar was changed");

        overwrite(jar, good);
        watchdog.client().recoverNow("again", IfNotSaved.REFUSE, DEADLINE, step -> {});
        assertThat(watchdog.awaitReady().problem()).isEmpty();
    }

    @Test
    void aDeadReplicaStaysDeadUntilItsImageIsRight() throws Exception {
        int pid = watchdog.awaitReady().process().pid();
        Path added = Files.writeString(watchdog.cluster().image().resolve("lib/added.jar"), "x");
        RunningWatchdog.kill(pid);
        WatchdogStatus refused = watchdog.await(at -> at.phase() == ReplicaPhase.REFUSED);
        assertThat(refused.problem()).contains("lib/added.jar was added");
        assertThat(refused.process()).isEqualTo(ProcessUse.NONE);
        Files.delete(added);
        assertThat(watchdog.awaitReady().problem()).isEmpty();
    }

    @Test
    void aStopSavesAndLeavesNothingBehind() throws Exception {
        WatchdogStatus status = watchdog.awaitReady();
        watchdog.client().stop(DEADLINE);
        assertThat(watchdog.awaitExit()).isZero();
        assertThat(ProcessHandle.of(status.process().pid())).isEmpty();
        RunningWatchdog.awaitGone(status.coprocessor().pid());
        assertThat(watchdog.home().resolve("watchdog.sock")).doesNotExist();
        assertThat(watchdog.home().resolve("boots")).isEmptyDirectory();
        assertThatThrownBy(() -> watchdog.client().status())
                .isInstanceOf(WatchdogUnreachableException.class)
                .hasMessageContaining("watchdog 2 is not running")
                .hasMessageContaining("bft start-replica 2");
    }

    @Test
    void aSignalStopsItInGoodOrder() throws Exception {
        WatchdogStatus status = watchdog.awaitReady();
        watchdog.process().destroy();
        watchdog.awaitExit();
        assertThat(ProcessHandle.of(status.process().pid())).isEmpty();
        assertThat(watchdog.said())
                .contains("dead: exit code 0")
                .contains(": stop")
                .contains(": ended");
    }

    @Test
    void aSecondWatchdogOfTheSameReplicaIsRefused() throws Exception {
        watchdog.awaitReady();
        Process second = RunningWatchdog.launch(watchdog.cluster());
        assertThat(second.waitFor()).isEqualTo(4);
        assertThat(watchdog.said()).contains("watchdog 2 is running already");
        watchdog.awaitReady();
    }

    @Test
    void aSocketLeftByADeadWatchdogIsReplaced() throws Exception {
        watchdog.awaitReady();
        RunningWatchdog.kill((int) watchdog.process().pid());
        watchdog.awaitExit();
        assertThat(watchdog.home().resolve("watchdog.sock")).exists();
        assertThatThrownBy(() -> watchdog.client().status()).isInstanceOf(WatchdogUnreachableException.class);
        watchdog.restart();
        watchdog.awaitReady();
        assertThat(Files.getPosixFilePermissions(watchdog.home().resolve("watchdog.sock")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    private static byte[] flipped(byte[] good) {
        byte[] bad = good.clone();
        bad[bad.length / 2] ^= 1;
        return bad;
    }

    /** The file is read-only for everybody but root; its folder is not. */
    private static void overwrite(Path file, byte[] content) throws Exception {
        Files.delete(file);
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    }
}
