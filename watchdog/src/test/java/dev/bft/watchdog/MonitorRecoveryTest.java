package dev.bft.watchdog;

import static dev.bft.watchdog.MonitorScript.DIGEST;
import static dev.bft.watchdog.MonitorScript.FAILED;
import static dev.bft.watchdog.MonitorScript.KILLED;
import static dev.bft.watchdog.MonitorScript.SETTINGS;
import static dev.bft.watchdog.MonitorScript.accepted;
import static dev.bft.watchdog.MonitorScript.ask;
import static dev.bft.watchdog.MonitorScript.refused;
import static dev.bft.watchdog.MonitorScript.stepped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.watchdog.MonitorAction.Answer;
import dev.bft.watchdog.MonitorAction.Audit;
import dev.bft.watchdog.MonitorAction.Keep;
import dev.bft.watchdog.MonitorAction.Kill;
import dev.bft.watchdog.MonitorAction.PrepareBoot;
import dev.bft.watchdog.MonitorAction.Spawn;
import dev.bft.watchdog.MonitorAction.Tell;
import dev.bft.watchdog.MonitorAction.VerifyBoot;
import dev.bft.watchdog.MonitorEvent.Died;
import dev.bft.watchdog.MonitorEvent.ImageAccepted;
import dev.bft.watchdog.MonitorEvent.Reported;
import dev.bft.watchdog.MonitorEvent.Spawned;
import dev.bft.watchdog.MonitorEvent.TimePassed;
import dev.bft.watchdog.WatchdogRefusalException.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The way of a recovery, whatever happens on it. */
final class MonitorRecoveryTest {

    private final MonitorScript script = new MonitorScript();

    @Test
    void aRecoveryVerifiesSavesKillsVerifiesAgainAndBootsWithTheNextTick() {
        script.boot();
        script.at(10_000);
        assertThat(script.doing(ask(1))).containsExactly(new Keep(new BootNumbers(8, 3)), new PrepareBoot(8));
        script.assertPhase(ReplicaPhase.RECOVERING);
        script.at(10_100);
        assertThat(script.doing(new ImageAccepted(8, DIGEST)))
                .containsExactly(new Keep(new BootNumbers(8, 3, true)), new Tell(new WatchdogOrder.Save(4)));
        script.at(10_120);
        assertThat(script.doing(script.saved(4)))
                .containsExactly(
                        new Keep(new BootNumbers(8, 4)),
                        accepted(1),
                        stepped("verify", 100),
                        stepped("save", 20),
                        new Kill());
        script.at(10_123);
        assertThat(script.doing(new Died(7, KILLED))).containsExactly(stepped("kill", 3), new VerifyBoot(8));
        script.at(10_200);
        assertThat(script.doing(new ImageAccepted(8, DIGEST)))
                .containsExactly(stepped("verify", 77), new Spawn(8, 4, 4));
        script.at(10_203);
        assertThat(script.doing(new Spawned(8, 12))).containsExactly(stepped("launch", 3));
        script.follow(8);
        script.at(10_700);
        assertThat(script.doing(script.progress("loaded"))).containsExactly(stepped("loaded", 497));
        script.at(10_710);
        assertThat(script.doing(script.progress("keys"))).containsExactly(stepped("keys", 10));
        script.at(10_900);
        List<MonitorAction> end = script.step(new Reported(8, new ReplicaReport.Ready(8)));
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
        script.assertPhase(ReplicaPhase.READY);
        assertThat(script.view().lastRecovery()).isPresent();
    }

    @Test
    void aReplicaThatDiesWhileItsImageIsCheckedIsBootedFromThatCopyWithTheOldTick() {
        script.boot();
        script.doing(ask(1));
        script.doing(new Died(7, FAILED));
        assertThat(script.doing(new ImageAccepted(8, DIGEST))).contains(accepted(1), new Spawn(8, 3, 3));
    }

    @Test
    void aProcessThatIsNotProvedDeadIsFollowedByNone() {
        script.boot();
        script.doing(ask(1));
        script.doing(new ImageAccepted(8, DIGEST));
        script.doing(script.saved(4));
        script.pass(SETTINGS.death());
        assertThat(script.audits(new TimePassed()))
                .singleElement()
                .extracting(Audit::kind)
                .isEqualTo("alarm");
        script.assertPhase(ReplicaPhase.STUCK);
        assertThat(script.wakeAt()).isEqualTo(Long.MAX_VALUE);
        assertThat(script.doing(ask(2))).singleElement().isInstanceOf(Answer.class);
        assertThat(script.doing(new Died(7, KILLED))).contains(new VerifyBoot(8));
    }

    @Test
    void aSecondRecoveryIsRefusedWhileOneGoesOn() {
        script.boot();
        script.doing(ask(1));
        assertThat(script.doing(ask(2)))
                .containsExactly(refused(2, Cause.BUSY, "a recovery is in progress; bft status shows when it is over"));
    }

    @Test
    void aDeathDuringTheRebootOfARecoveryDoesNotEndTheRecovery() {
        script.boot();
        script.killForRecovery();
        script.doing(new ImageAccepted(8, DIGEST));
        script.doing(new Spawned(8, 1));
        script.follow(8);
        script.doing(new Died(8, FAILED));
        script.reboot();
        assertThat(script.view().lastRecovery()).hasValueSatisfying(report -> {
            assertThat(report.done()).isTrue();
            assertThat(report.steps()).extracting(RecoveryReport.Step::name).endsWith("verify", "launch", "ready");
        });
    }

    @Test
    void aReplicaThatIsDownIsBootedAtOnceAndItsSaveStaysGood() {
        script.boot();
        script.doing(new Died(script.current(), FAILED));
        assertThat(script.doing(ask(1))).containsExactly(new Keep(new BootNumbers(8, 3)), new PrepareBoot(8));
        assertThat(script.doing(new ImageAccepted(8, DIGEST))).contains(accepted(1), new Spawn(8, 3, 3));
    }

    @Test
    void aStepIsToldOnceAndOnlyIfItIsOne() {
        script.boot();
        script.killForRecovery();
        script.doing(new ImageAccepted(8, DIGEST));
        script.doing(new Spawned(8, 1));
        script.follow(8);
        assertThat(script.doing(script.progress("loaded"))).hasSize(1);
        assertThat(script.doing(script.progress("loaded"))).isEmpty();
        assertThat(script.doing(script.progress("\u001b[31mowned"))).isEmpty();
    }
}
