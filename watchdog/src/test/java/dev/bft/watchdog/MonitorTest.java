package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.watchdog.MonitorAction.Answer;
import dev.bft.watchdog.MonitorAction.Audit;
import dev.bft.watchdog.MonitorAction.End;
import dev.bft.watchdog.MonitorAction.Keep;
import dev.bft.watchdog.MonitorAction.Kill;
import dev.bft.watchdog.MonitorAction.PrepareBoot;
import dev.bft.watchdog.MonitorAction.Spawn;
import dev.bft.watchdog.MonitorAction.Tell;
import dev.bft.watchdog.MonitorAction.VerifyBoot;
import dev.bft.watchdog.MonitorEvent.Broken;
import dev.bft.watchdog.MonitorEvent.Died;
import dev.bft.watchdog.MonitorEvent.ImageAccepted;
import dev.bft.watchdog.MonitorEvent.ImageRefused;
import dev.bft.watchdog.MonitorEvent.RecoverAsked;
import dev.bft.watchdog.MonitorEvent.Reported;
import dev.bft.watchdog.MonitorEvent.SpawnFailed;
import dev.bft.watchdog.MonitorEvent.Spawned;
import dev.bft.watchdog.MonitorEvent.Started;
import dev.bft.watchdog.MonitorEvent.StopAsked;
import dev.bft.watchdog.MonitorEvent.TimePassed;
import dev.bft.watchdog.WatchdogRefusalException.Cause;
import dev.bft.watchdog.sandbox.Exit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every transition of the monitor: events in, actions out, time as a number. */
final class MonitorTest {

    private static final MonitorSettings SETTINGS = MonitorSettings.of(5_000, 120_000);
    private static final Exit KILLED = new Exit(true, 9);
    private static final Exit FAILED = new Exit(false, 1);
    private static final String DIGEST = "d1";

    private final Monitor monitor = new Monitor(SETTINGS, new BootNumbers(6, 3));
    private long now = 1_000;
    private long boot = 6;
    private long nextBoot = 7;

    @Test
    void aStartKeepsANewBootNumberAndPreparesTheImage() {
        assertThat(doing(new Started())).containsExactly(new Keep(new BootNumbers(7, 3)), new PrepareBoot(7));
        assertPhase(ReplicaPhase.BOOTING);
    }

    @Test
    void aVerifiedCopyIsBootedWithTheTickOfTheLastRecovery() {
        doing(new Started());
        assertThat(doing(new ImageAccepted(7, DIGEST))).containsExactly(new Spawn(7, 3));
        assertThat(monitor.view().image()).isEqualTo(DIGEST);
    }

    @Test
    void aBootIsRecordedWithImageAndNumbers() {
        doing(new Started());
        doing(new ImageAccepted(7, DIGEST));
        assertThat(audits(new Spawned(7, 4711))).singleElement().satisfies(audit -> {
            assertThat(audit.kind()).isEqualTo("boot");
            assertThat(audit.fields())
                    .containsEntry("image", DIGEST)
                    .containsEntry("boot", "7")
                    .containsEntry("tick", "3")
                    .containsEntry("isolation", "none");
        });
    }

    @Test
    void aReplicaThatSaysSoIsReady() {
        boot();
        assertPhase(ReplicaPhase.READY);
        assertThat(monitor.wakeAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aCopyForAnotherBootStartsNothing() {
        doing(new Started());
        assertThat(doing(new ImageAccepted(6, DIGEST))).isEmpty();
        assertThat(doing(new ImageRefused(6, "why"))).isEmpty();
    }

    @Test
    void whatAnEarlierBootSaysIsIgnored() {
        boot();
        die();
        assertThat(doing(new Reported(boot, new ReplicaReport.Ready(boot)))).isEmpty();
        assertPhase(ReplicaPhase.DOWN);
    }

    @Test
    void aSilentBootIsKilledAndBootedAgain() {
        launch();
        now += SETTINGS.load();
        assertThat(doing(new TimePassed())).containsExactly(new Kill());
        assertThat(doing(new Died(boot, KILLED))).isEmpty();
        now = monitor.wakeAt();
        assertThat(doing(new TimePassed())).contains(new PrepareBoot(boot + 1));
    }

    @Test
    void aBootThatIsNotReadyInTimeIsAnAlarmAndGoesOn() {
        launch();
        doing(progress("loaded"));
        now = monitor.wakeAt();
        assertThat(audits(new TimePassed()))
                .singleElement()
                .extracting(Audit::kind)
                .isEqualTo("alarm");
        assertThat(monitor.view().problem()).contains("is not ready 120000 ms after");
        assertThat(monitor.wakeAt()).isEqualTo(Long.MAX_VALUE);
        doing(new Reported(boot, new ReplicaReport.Ready(boot)));
        assertPhase(ReplicaPhase.READY);
        assertThat(monitor.view().problem()).isEmpty();
    }

    @Test
    void aReplicaThatCannotBeStartedIsTriedAgain() {
        doing(new Started());
        doing(new ImageAccepted(7, DIGEST));
        assertThat(audits(new SpawnFailed(7, "no java")))
                .singleElement()
                .extracting(Audit::kind)
                .isEqualTo("alarm");
        assertThat(monitor.view().problem()).contains("no java");
        now = monitor.wakeAt();
        assertThat(doing(new TimePassed())).contains(new PrepareBoot(8));
    }

    @Test
    void aDeathIsRecordedAndFollowedByABootWithTheSameTick() {
        boot();
        assertThat(audits(new Died(boot, FAILED))).singleElement().satisfies(audit -> {
            assertThat(audit.kind()).isEqualTo("crash");
            assertThat(audit.fields()).containsEntry("exit", "exit code 1");
        });
        now = monitor.wakeAt();
        assertThat(doing(new TimePassed())).containsExactly(new Keep(new BootNumbers(8, 3)), new PrepareBoot(8));
        assertThat(doing(new ImageAccepted(8, DIGEST))).containsExactly(new Spawn(8, 3));
    }

    @Test
    void theWaitAfterADeathDoublesUpToHalfAMinute() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            boot();
            waits.add(die());
        }
        assertThat(waits).containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 30000L, 30000L);
    }

    @Test
    void aMinuteOfHealthMakesTheWaitShortAgain() {
        boot();
        die();
        boot();
        now += 59_999;
        assertThat(die()).isEqualTo(200);
        boot();
        now += 60_000;
        assertThat(die()).isEqualTo(100);
    }

    @Test
    void fiveDeathsInAMinuteAreAnAlarmAndItGoesOn() {
        for (int i = 0; i < 4; i++) {
            boot();
            die();
        }
        boot();
        assertThat(audits(new Died(boot, FAILED))).extracting(Audit::kind).containsExactly("crash", "alarm");
        now = monitor.wakeAt();
        assertThat(doing(new TimePassed())).contains(new PrepareBoot(boot + 1));
    }

    @Test
    void twoDeathsAtTheSameBatchAreAnAlarm() {
        boot();
        doing(status(17));
        die();
        boot();
        doing(status(17));
        assertThat(audits(new Died(boot, FAILED))).last().satisfies(audit -> assertThat(audit.fields())
                .containsEntry("text", "the replica died twice after executing batch 17"));
    }

    @Test
    void twoKillsFromOutsideAtTheSameBatchAreNone() {
        boot();
        doing(status(17));
        doing(new Died(boot, KILLED));
        reboot();
        doing(status(17));
        assertThat(audits(new Died(boot, KILLED))).extracting(Audit::kind).containsExactly("crash");
    }

    @Test
    void aLostCoprocessorEndsTheReplicaToo() {
        boot();
        assertThat(doing(new Broken("exit code 1"))).containsExactly(new Kill());
        die();
        boot();
        assertPhase(ReplicaPhase.READY);
    }

    @Test
    void aRefusedImageStartsNothingAndIsTriedAgainAndAgain() {
        doing(new Started());
        assertThat(audits(new ImageRefused(7, "lib/a.jar was changed")))
                .singleElement()
                .satisfies(audit -> {
                    assertThat(audit.kind()).isEqualTo("refusal");
                    assertThat(audit.fields()).containsEntry("reason", "lib/a.jar was changed");
                });
        assertPhase(ReplicaPhase.REFUSED);
        assertThat(monitor.view().problem()).isEqualTo("lib/a.jar was changed");
        for (long number = 8; number < 30; number++) {
            now = monitor.wakeAt();
            assertThat(doing(new TimePassed())).contains(new PrepareBoot(number));
            assertThat(audits(new ImageRefused(number, "lib/a.jar was changed")))
                    .isEmpty();
            assertThat(monitor.wakeAt() - now).isLessThanOrEqualTo(30_000);
        }
        now = monitor.wakeAt();
        doing(new TimePassed());
        assertThat(doing(new ImageAccepted(30, DIGEST))).containsExactly(new Spawn(30, 3));
        assertPhase(ReplicaPhase.BOOTING);
    }

    @Test
    void anImageThatCannotBeReadInTimeIsRefused() {
        doing(new Started());
        now += SETTINGS.image();
        doing(new TimePassed());
        assertPhase(ReplicaPhase.REFUSED);
        assertThat(doing(new ImageAccepted(7, DIGEST))).isEmpty();
    }

    @Test
    void aRecoveryVerifiesSavesKillsVerifiesAgainAndBootsWithTheNextTick() {
        boot();
        now = 10_000;
        assertThat(doing(ask(1))).containsExactly(new Keep(new BootNumbers(8, 3)), new PrepareBoot(8));
        assertPhase(ReplicaPhase.RECOVERING);
        now = 10_100;
        assertThat(doing(new ImageAccepted(8, DIGEST))).containsExactly(new Tell(new WatchdogOrder.Save(4)));
        now = 10_120;
        assertThat(doing(saved(4)))
                .containsExactly(
                        new Keep(new BootNumbers(8, 4)),
                        accepted(1),
                        stepped("verify", 100),
                        stepped("save", 20),
                        new Kill());
        now = 10_123;
        assertThat(doing(new Died(7, KILLED))).containsExactly(stepped("kill", 3), new VerifyBoot(8));
        now = 10_200;
        assertThat(doing(new ImageAccepted(8, DIGEST))).containsExactly(stepped("verify", 77), new Spawn(8, 4));
        now = 10_203;
        assertThat(doing(new Spawned(8, 12))).containsExactly(stepped("launch", 3));
        boot = 8;
        now = 10_700;
        assertThat(doing(progress("loaded"))).containsExactly(stepped("loaded", 497));
        now = 10_710;
        assertThat(doing(progress("keys"))).containsExactly(stepped("keys", 10));
        now = 10_900;
        List<MonitorAction> end = step(new Reported(8, new ReplicaReport.Ready(8)));
        assertThat(end).contains(stepped("ready", 190));
        assertThat(end).filteredOn(Audit.class::isInstance).last().satisfies(audit -> assertThat(
                        ((Audit) audit).fields())
                .containsEntry("result", "recovered")
                .containsEntry("total_ms", "900")
                .containsEntry("verify_ms", "100+77")
                .containsEntry("reason", "drill"));
        assertThat(end.get(end.size() - 1)).isInstanceOfSatisfying(Answer.class, answer -> {
            RecoveryReport report = ((ControlMessage.Finished) answer.message()).report();
            assertThat(report.done()).isTrue();
            assertThat(report.tick()).isEqualTo(4);
            assertThat(report.totalMillis()).isEqualTo(900);
        });
        assertPhase(ReplicaPhase.READY);
        assertThat(monitor.view().lastRecovery()).isPresent();
    }

    @Test
    void aTamperedImageRefusesTheRecoveryAndLeavesTheReplicaAlive() {
        boot();
        doing(ask(1));
        assertThat(doing(new ImageRefused(8, "lib/a.jar was changed")))
                .containsExactly(refused(1, Cause.IMAGE, "lib/a.jar was changed"));
        assertPhase(ReplicaPhase.READY);
        assertThat(monitor.view().problem()).isEqualTo("lib/a.jar was changed");
        assertThat(doing(ask(2))).contains(new PrepareBoot(9));
        doing(new ImageAccepted(9, DIGEST));
        assertThat(monitor.view().problem()).isEmpty();
    }

    @Test
    void aRefusedRecoveryIsRecordedAndTheReplicaKnownToRun() {
        boot();
        doing(ask(1));
        assertThat(audits(new ImageRefused(8, "why"))).singleElement().satisfies(audit -> assertThat(audit.fields())
                .containsEntry("running", "yes"));
    }

    @Test
    void anImageChangedAfterTheKillKeepsTheReplicaDownUntilItIsRight() {
        boot();
        killForRecovery();
        assertThat(doing(new ImageRefused(8, "lib/a.jar was changed"))).isEmpty();
        assertPhase(ReplicaPhase.REFUSED);
        now = monitor.wakeAt();
        assertThat(doing(new TimePassed())).contains(new PrepareBoot(9));
        assertThat(doing(new ImageAccepted(9, DIGEST))).contains(new Spawn(9, 4));
        assertPhase(ReplicaPhase.RECOVERING);
    }

    @Test
    void aReplicaThatDoesNotSaveIsLeftAsItWasAndTheAskerIsTold() {
        boot();
        doing(ask(1));
        doing(new ImageAccepted(8, DIGEST));
        now += SETTINGS.save();
        String why = "recovery refused: save missed its deadline of 5000 ms";
        List<MonitorAction> actions = step(new TimePassed());
        assertThat(actions).hasSize(2).first().isInstanceOfSatisfying(Audit.class, audit -> {
            assertThat(audit.kind()).isEqualTo("refusal");
            assertThat(audit.fields()).containsEntry("reason", why).containsEntry("running", "yes");
        });
        assertThat(actions.get(1)).isInstanceOfSatisfying(Answer.class, answer -> {
            ControlMessage.Refused refused = (ControlMessage.Refused) answer.message();
            assertThat(refused.cause()).isEqualTo(Cause.LATE);
            assertThat(refused.text()).startsWith(why).contains("--force");
        });
        assertPhase(ReplicaPhase.READY);
        assertThat(monitor.view().problem()).isEqualTo(why);
        assertThat(monitor.view().numbers()).isEqualTo(new BootNumbers(8, 3));
        assertThat(monitor.wakeAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aReplicaThatDidNotSaveInTimeIsAskedAgainByTheNextRecovery() {
        missSave();
        assertThat(doing(ask(2))).contains(new PrepareBoot(9));
        assertThat(doing(new ImageAccepted(9, DIGEST))).containsExactly(new Tell(new WatchdogOrder.Save(4)));
        assertThat(doing(saved(4))).contains(new Keep(new BootNumbers(9, 4)), new Kill());
    }

    @Test
    void aSaveThatComesTooLateBindsTheNextBootToItsTick() {
        missSave();
        assertThat(doing(saved(4))).containsExactly(new Keep(new BootNumbers(8, 4)));
        assertPhase(ReplicaPhase.READY);
        doing(new Died(boot, FAILED));
        now = monitor.wakeAt();
        doing(new TimePassed());
        assertThat(doing(new ImageAccepted(9, DIGEST))).containsExactly(new Spawn(9, 4));
    }

    @Test
    void aReplicaThatNeverSavedIsBootedWithTheTickOfItsVotes() {
        missSave();
        doing(new Died(boot, KILLED));
        now = monitor.wakeAt();
        doing(new TimePassed());
        assertThat(doing(new ImageAccepted(9, DIGEST))).containsExactly(new Spawn(9, 3));
    }

    @Test
    void aReplicaThatDoesNotSaveIsKilledByForceAndItsOldSaveCountsNoMore() {
        boot();
        doing(new RecoverAsked(1, "drill", IfNotSaved.KILL, 1));
        doing(new ImageAccepted(8, DIGEST));
        now += SETTINGS.save();
        assertThat(doing(new TimePassed()))
                .containsExactly(
                        new Keep(new BootNumbers(8, 4)),
                        accepted(1),
                        stepped("verify", 0),
                        stepped("save-missed", SETTINGS.save()),
                        new Kill());
        doing(new Died(7, KILLED));
        assertThat(doing(new ImageAccepted(8, DIGEST))).contains(new Spawn(8, 4));
    }

    @Test
    void aSaveMissedDuringAStopKeepsTheTickOfTheVotes() {
        boot();
        doing(ask(1));
        doing(new ImageAccepted(8, DIGEST));
        doing(new StopAsked(2));
        now += SETTINGS.save();
        assertThat(doing(new TimePassed())).containsExactly(new Tell(new WatchdogOrder.Stop()));
        assertThat(doing(saved(4))).containsExactly(new Keep(new BootNumbers(8, 4)));
    }

    @Test
    void aSaveForAnotherTickIsNone() {
        boot();
        doing(ask(1));
        doing(new ImageAccepted(8, DIGEST));
        assertThat(doing(saved(3))).isEmpty();
        assertThat(doing(saved(5))).isEmpty();
        assertThat(doing(saved(4))).contains(new Kill());
    }

    @Test
    void aReplicaThatDiesWhileItSavesIsBootedWithTheNextTick() {
        boot();
        doing(ask(1));
        doing(new ImageAccepted(8, DIGEST));
        assertThat(doing(new Died(7, FAILED)))
                .containsExactly(
                        new Keep(new BootNumbers(8, 4)),
                        accepted(1),
                        stepped("verify", 0),
                        stepped("kill", 0),
                        new VerifyBoot(8));
    }

    @Test
    void aReplicaThatDiesWhileItsImageIsCheckedIsBootedFromThatCopyWithTheOldTick() {
        boot();
        doing(ask(1));
        doing(new Died(7, FAILED));
        assertThat(doing(new ImageAccepted(8, DIGEST))).contains(accepted(1), new Spawn(8, 3));
    }

    @Test
    void aProcessThatIsNotProvedDeadIsFollowedByNone() {
        boot();
        doing(ask(1));
        doing(new ImageAccepted(8, DIGEST));
        doing(saved(4));
        now += SETTINGS.death();
        assertThat(audits(new TimePassed()))
                .singleElement()
                .extracting(Audit::kind)
                .isEqualTo("alarm");
        assertPhase(ReplicaPhase.STUCK);
        assertThat(monitor.wakeAt()).isEqualTo(Long.MAX_VALUE);
        assertThat(doing(ask(2))).singleElement().isInstanceOf(Answer.class);
        assertThat(doing(new Died(7, KILLED))).contains(new VerifyBoot(8));
    }

    @Test
    void aSecondRecoveryIsRefusedWhileOneGoesOn() {
        boot();
        doing(ask(1));
        assertThat(doing(ask(2)))
                .containsExactly(refused(2, Cause.BUSY, "a recovery is in progress; bft status shows when it is over"));
    }

    @Test
    void aDeathDuringTheRebootOfARecoveryDoesNotEndTheRecovery() {
        boot();
        killForRecovery();
        doing(new ImageAccepted(8, DIGEST));
        doing(new Spawned(8, 1));
        boot = 8;
        doing(new Died(8, FAILED));
        reboot();
        assertThat(monitor.view().lastRecovery()).hasValueSatisfying(report -> {
            assertThat(report.done()).isTrue();
            assertThat(report.steps()).extracting(RecoveryReport.Step::name).endsWith("verify", "launch", "ready");
        });
    }

    @Test
    void aReplicaThatIsDownIsBootedAtOnceAndItsSaveStaysGood() {
        boot();
        doing(new Died(boot, FAILED));
        assertThat(doing(ask(1))).containsExactly(new Keep(new BootNumbers(8, 3)), new PrepareBoot(8));
        assertThat(doing(new ImageAccepted(8, DIGEST))).contains(accepted(1), new Spawn(8, 3));
    }

    @Test
    void aReplicaThatIsDownForItsImageRefusesTheRecoveryAgain() {
        doing(new Started());
        doing(new ImageRefused(7, "why"));
        doing(ask(1));
        assertThat(doing(new ImageRefused(8, "why"))).containsExactly(refused(1, Cause.IMAGE, "why"));
        assertThat(monitor.wakeAt()).isGreaterThan(now);
    }

    @Test
    void aReplicaThatHasSaidNothingYetIsNotAskedToSave() {
        launch();
        doing(ask(1));
        assertThat(doing(new ImageAccepted(8, DIGEST))).containsExactly(accepted(1), stepped("verify", 0), new Kill());
        assertThat(doing(new Died(7, KILLED))).contains(new VerifyBoot(8));
        assertThat(doing(new ImageAccepted(8, DIGEST))).contains(new Spawn(8, 3));
    }

    @Test
    void aReplicaThatBecomesReadyWhileItsImageIsCheckedStaysSo() {
        launch();
        doing(progress("loaded"));
        doing(ask(1));
        doing(new Reported(boot, new ReplicaReport.Ready(boot)));
        assertPhase(ReplicaPhase.RECOVERING);
        doing(new ImageRefused(8, "why"));
        assertPhase(ReplicaPhase.READY);
    }

    @Test
    void aStepIsToldOnceAndOnlyIfItIsOne() {
        boot();
        killForRecovery();
        doing(new ImageAccepted(8, DIGEST));
        doing(new Spawned(8, 1));
        boot = 8;
        assertThat(doing(progress("loaded"))).hasSize(1);
        assertThat(doing(progress("loaded"))).isEmpty();
        assertThat(doing(progress("\u001b[31mowned"))).isEmpty();
    }

    @Test
    void aStopSavesForTheSameTickOrdersTheEndAndIsOverWithTheDeath() {
        boot();
        assertThat(doing(new StopAsked(1))).containsExactly(accepted(1), new Tell(new WatchdogOrder.Save(3)));
        assertPhase(ReplicaPhase.STOPPING);
        assertThat(doing(saved(3))).containsExactly(new Tell(new WatchdogOrder.Stop()));
        assertThat(doing(new Died(boot, new Exit(false, 0))))
                .containsExactly(new Answer(1, new ControlMessage.Stopped()), new End());
        assertPhase(ReplicaPhase.STOPPED);
    }

    @Test
    void aReplicaThatDoesNotEndIsKilled() {
        boot();
        doing(new StopAsked(1));
        now += SETTINGS.save();
        assertThat(doing(new TimePassed())).containsExactly(new Tell(new WatchdogOrder.Stop()));
        now += SETTINGS.stop();
        assertThat(doing(new TimePassed())).containsExactly(new Kill());
        assertThat(doing(new Died(boot, KILLED))).endsWith(new End());
    }

    @Test
    void everyoneWhoAsksForTheStopIsToldOfIt() {
        boot();
        doing(new StopAsked(1));
        assertThat(doing(new StopAsked(2))).containsExactly(accepted(2));
        assertThat(doing(new Died(boot, KILLED)))
                .containsExactly(
                        new Answer(1, new ControlMessage.Stopped()),
                        new Answer(2, new ControlMessage.Stopped()),
                        new End());
    }

    @Test
    void aStopWithoutAProcessIsOverAtOnce() {
        doing(new Started());
        assertThat(doing(new StopAsked(1))).endsWith(new End());
        assertThat(doing(new ImageAccepted(7, DIGEST))).isEmpty();
    }

    @Test
    void aProcessThatStartsDuringAStopIsKilled() {
        doing(new Started());
        doing(new ImageAccepted(7, DIGEST));
        doing(new StopAsked(1));
        assertThat(doing(new Spawned(7, 1))).containsExactly(new Kill());
        assertThat(doing(new Died(7, KILLED))).endsWith(new End());
    }

    @Test
    void aStopDuringARecoveryEndsItUnfinished() {
        boot();
        doing(ask(1));
        doing(new ImageAccepted(8, DIGEST));
        assertThat(doing(new StopAsked(2))).startsWith(accepted(2), accepted(1), stepped("verify", 0));
        assertThat(monitor.view().lastRecovery())
                .hasValueSatisfying(report -> assertThat(report.done()).isFalse());
        assertThat(doing(saved(4)))
                .containsExactly(new Keep(new BootNumbers(8, 4)), new Tell(new WatchdogOrder.Stop()));
    }

    @Test
    void aRecoveryIsRefusedDuringAStop() {
        boot();
        doing(new StopAsked(1));
        assertThat(doing(ask(2))).singleElement().satisfies(action -> assertThat(((Answer) action).message())
                .isInstanceOf(ControlMessage.Refused.class));
    }

    @Test
    void claimsAreRecordedAsClaimsAndTooManyAreNot() {
        boot();
        int recorded = 0;
        for (int i = 0; i < 1000; i++) {
            for (Audit audit : audits(new Reported(boot, new ReplicaReport.Claim("key-refresh", "counter " + i)))) {
                assertThat(audit.claim()).isTrue();
                recorded++;
            }
        }
        assertThat(recorded).isEqualTo(60);
        now += 60_000;
        assertThat(audits(new Reported(boot, new ReplicaReport.Claim("alarm", "x"))))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 4711})
    void noSequenceOfEventsStartsASecondProcessOrLosesTheFirst(long seed) {
        new MonitorWalk(seed).run();
    }

    private void launch() {
        doing(new Started());
        doing(new ImageAccepted(nextBoot, DIGEST));
        boot = nextBoot++;
        doing(new Spawned(boot, 100));
    }

    private void boot() {
        if (boot == 6) {
            launch();
            doing(new Reported(boot, new ReplicaReport.Ready(boot)));
        } else {
            reboot();
        }
    }

    private void reboot() {
        now = Math.max(now, monitor.wakeAt() == Long.MAX_VALUE ? now : monitor.wakeAt());
        doing(new TimePassed());
        boot = monitor.view().numbers().boot();
        nextBoot = boot + 1;
        doing(new ImageAccepted(boot, DIGEST));
        doing(new Spawned(boot, 100));
        doing(new Reported(boot, new ReplicaReport.Ready(boot)));
    }

    /** Returns how long it waits then. */
    private long die() {
        doing(new Died(boot, FAILED));
        return monitor.wakeAt() - now;
    }

    private void missSave() {
        boot();
        doing(ask(1));
        doing(new ImageAccepted(8, DIGEST));
        now += SETTINGS.save();
        doing(new TimePassed());
    }

    private void killForRecovery() {
        doing(ask(1));
        doing(new ImageAccepted(8, DIGEST));
        doing(saved(4));
        doing(new Died(7, KILLED));
    }

    private List<MonitorAction> step(MonitorEvent event) {
        return monitor.step(event, now);
    }

    private List<MonitorAction> doing(MonitorEvent event) {
        return step(event).stream().filter(action -> !(action instanceof Audit)).toList();
    }

    private List<Audit> audits(MonitorEvent event) {
        return step(event).stream()
                .filter(Audit.class::isInstance)
                .map(Audit.class::cast)
                .toList();
    }

    private void assertPhase(ReplicaPhase phase) {
        assertThat(monitor.view().phase()).isEqualTo(phase);
    }

    private MonitorEvent progress(String word) {
        return new Reported(boot, new ReplicaReport.Progress(word));
    }

    private MonitorEvent saved(long tick) {
        return new Reported(boot, new ReplicaReport.SaveDone(tick, true));
    }

    private MonitorEvent status(long executed) {
        return new Reported(
                boot, new ReplicaReport.StatusReport("ready", 0, executed, 0, "", 0, false, 0, 0, 0, new TreeMap<>()));
    }

    private static MonitorEvent ask(long ticket) {
        return new RecoverAsked(ticket, "drill", IfNotSaved.REFUSE, 1);
    }

    private static MonitorAction accepted(long ticket) {
        return new Answer(ticket, new ControlMessage.Accepted());
    }

    private static MonitorAction stepped(String name, long millis) {
        return new Answer(1, new ControlMessage.Step(new RecoveryReport.Step(name, millis)));
    }

    private static MonitorAction refused(long ticket, Cause cause, String why) {
        return new Answer(ticket, new ControlMessage.Refused(cause, why));
    }
}
