package dev.bft.watchdog;

import static dev.bft.watchdog.MonitorScript.DIGEST;
import static dev.bft.watchdog.MonitorScript.FAILED;
import static dev.bft.watchdog.MonitorScript.KILLED;
import static dev.bft.watchdog.MonitorScript.SETTINGS;
import static dev.bft.watchdog.MonitorScript.accepted;
import static dev.bft.watchdog.MonitorScript.ask;
import static dev.bft.watchdog.MonitorScript.stepped;
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
import dev.bft.watchdog.MonitorEvent.RecoverAsked;
import dev.bft.watchdog.MonitorEvent.Reported;
import dev.bft.watchdog.MonitorEvent.Spawned;
import dev.bft.watchdog.MonitorEvent.Started;
import dev.bft.watchdog.MonitorEvent.StopAsked;
import dev.bft.watchdog.MonitorEvent.TimePassed;
import dev.bft.watchdog.WatchdogRefusalException.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a replica that was told to save: its votes must not be lost, and an old save must not live. */
final class MonitorSaveTest {

    private final MonitorScript script = new MonitorScript();

    @Test
    void aReplicaThatDoesNotSaveIsLeftAsItWasAndTheAskerIsTold() {
        script.boot();
        script.doing(ask(1));
        script.doing(new ImageAccepted(8, DIGEST));
        script.pass(SETTINGS.save());
        String why = "recovery refused: save missed its deadline of 5000 ms";
        List<MonitorAction> actions = script.step(new TimePassed());
        assertThat(actions).hasSize(2).first().isInstanceOfSatisfying(Audit.class, audit -> {
            assertThat(audit.kind()).isEqualTo("refusal");
            assertThat(audit.fields()).containsEntry("reason", why).containsEntry("running", "yes");
        });
        assertThat(actions.get(1)).isInstanceOfSatisfying(Answer.class, answer -> {
            ControlMessage.Refused refused = (ControlMessage.Refused) answer.message();
            assertThat(refused.cause()).isEqualTo(Cause.LATE);
            assertThat(refused.text()).startsWith(why).contains("--force");
        });
        script.assertPhase(ReplicaPhase.READY);
        assertThat(script.view().problem()).isEqualTo(why);
        assertThat(script.view().numbers()).isEqualTo(new BootNumbers(8, 3, true));
        assertThat(script.wakeAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aReplicaThatDidNotSaveInTimeIsAskedAgainByTheNextRecovery() {
        script.missSave();
        assertThat(script.doing(ask(2))).contains(new PrepareBoot(9));
        assertThat(script.doing(new ImageAccepted(9, DIGEST))).containsExactly(new Tell(new WatchdogOrder.Save(4)));
        assertThat(script.doing(script.saved(4))).contains(new Keep(new BootNumbers(9, 4)), new Kill());
    }

    @Test
    void aSaveThatComesTooLateBindsTheNextBootToItsTick() {
        script.missSave();
        assertThat(script.doing(script.saved(4))).containsExactly(new Keep(new BootNumbers(8, 4)));
        script.assertPhase(ReplicaPhase.READY);
        script.doing(new Died(script.current(), FAILED));
        script.awaitDeadline();
        script.doing(new TimePassed());
        assertThat(script.doing(new ImageAccepted(9, DIGEST))).containsExactly(new Spawn(9, 4, 4));
    }

    @Test
    void aReplicaThatMayHaveSavedIsBootedWithTheNextTickAndTheTickOfItsVotes() {
        script.missSave();
        script.doing(new Died(script.current(), KILLED));
        script.awaitDeadline();
        script.doing(new TimePassed());
        assertThat(script.doing(new ImageAccepted(9, DIGEST))).containsExactly(new Spawn(9, 4, 3));
    }

    @Test
    void aReplicaThatDoesNotSaveIsKilledByForceAndItsOldSaveCountsNoMore() {
        script.boot();
        script.doing(new RecoverAsked(1, "drill", IfNotSaved.KILL, 1));
        script.doing(new ImageAccepted(8, DIGEST));
        script.pass(SETTINGS.save());
        assertThat(script.doing(new TimePassed()))
                .containsExactly(
                        new Keep(new BootNumbers(8, 4)),
                        accepted(1),
                        stepped("verify", 0),
                        stepped("save-missed", SETTINGS.save()),
                        new Kill());
        script.doing(new Died(7, KILLED));
        assertThat(script.doing(new ImageAccepted(8, DIGEST))).contains(new Spawn(8, 4, 4));
    }

    @Test
    void aSaveMissedDuringAStopKeepsTheTickOfTheVotes() {
        script.boot();
        script.doing(ask(1));
        script.doing(new ImageAccepted(8, DIGEST));
        script.doing(new StopAsked(2));
        script.pass(SETTINGS.save());
        assertThat(script.doing(new TimePassed())).containsExactly(new Tell(new WatchdogOrder.Stop()));
        assertThat(script.doing(script.saved(4))).containsExactly(new Keep(new BootNumbers(8, 4)));
    }

    @Test
    void aSaveForAnotherTickIsNone() {
        script.boot();
        script.doing(ask(1));
        script.doing(new ImageAccepted(8, DIGEST));
        assertThat(script.doing(script.saved(3))).isEmpty();
        assertThat(script.doing(script.saved(5))).isEmpty();
        assertThat(script.doing(script.saved(4))).contains(new Kill());
    }

    @Test
    void aReplicaThatDiesWhileItSavesIsBootedWithTheNextTickAndTheTickOfItsVotes() {
        script.boot();
        script.doing(ask(1));
        script.doing(new ImageAccepted(8, DIGEST));
        assertThat(script.doing(new Died(7, FAILED)))
                .containsExactly(accepted(1), stepped("verify", 0), stepped("kill", 0), new VerifyBoot(8));
        assertThat(script.doing(new ImageAccepted(8, DIGEST))).contains(new Spawn(8, 4, 3));
        script.doing(new Spawned(8, 100));
        script.follow(8);
        assertThat(script.doing(script.progress("loaded"))).contains(new Keep(new BootNumbers(8, 4)));
        assertThat(script.doing(script.progress("keys"))).noneMatch(Keep.class::isInstance);
    }

    @Test
    void aReplicaThatIsKilledWhileItSavesIsBootedWithTheNextTickAndTheTickOfItsVotes() {
        script.boot();
        script.doing(ask(1));
        script.doing(new ImageAccepted(8, DIGEST));
        assertThat(script.doing(new Broken("gone"))).contains(new Kill());
        script.doing(new Died(7, KILLED));
        assertThat(script.doing(new ImageAccepted(8, DIGEST))).contains(new Spawn(8, 4, 3));
    }

    @Test
    void aWatchdogThatDiesAmidASaveLeavesItOpenUntilTheNextReplicaSpeaks() {
        Monitor next = new Monitor(SETTINGS, new BootNumbers(8, 3, true));
        assertThat(next.step(new Started(), 0)).contains(new Keep(new BootNumbers(9, 3, true)));
        assertThat(next.step(new ImageAccepted(9, DIGEST), 0)).contains(new Spawn(9, 4, 3));
        next.step(new Spawned(9, 100), 0);
        // Who dies without a word may not have come as far as its votes.
        next.step(new Died(9, FAILED), 0);
        assertThat(next.step(new TimePassed(), next.wakeAt())).contains(new Keep(new BootNumbers(10, 3, true)));
        assertThat(next.step(new ImageAccepted(10, DIGEST), next.wakeAt())).contains(new Spawn(10, 4, 3));
        next.step(new Spawned(10, 100), next.wakeAt());
        assertThat(next.step(new Reported(10, new ReplicaReport.Progress("loaded")), next.wakeAt()))
                .contains(new Keep(new BootNumbers(10, 4)));
    }

    @Test
    void aStopAfterAMissedSaveDoesNotGoBackToTheTickBefore() {
        script.missSave();
        assertThat(script.doing(new StopAsked(2))).contains(new Tell(new WatchdogOrder.Save(4)));
        assertThat(script.doing(script.saved(4)))
                .containsExactly(new Keep(new BootNumbers(8, 4)), new Tell(new WatchdogOrder.Stop()));
    }

    @Test
    void aReplicaThatDiesAmidItsSaveAndAStopLeavesTheSaveOpen() {
        script.boot();
        script.doing(ask(1));
        script.doing(new ImageAccepted(8, DIGEST));
        script.doing(new StopAsked(2));
        assertThat(script.doing(new Died(7, FAILED))).endsWith(new End());
        assertThat(script.view().numbers()).isEqualTo(new BootNumbers(8, 3, true));
    }

    @Test
    void aReplicaThatHasSaidNothingYetIsNotAskedToSave() {
        script.launch();
        script.doing(ask(1));
        assertThat(script.doing(new ImageAccepted(8, DIGEST)))
                .containsExactly(accepted(1), stepped("verify", 0), new Kill());
        assertThat(script.doing(new Died(7, KILLED))).contains(new VerifyBoot(8));
        assertThat(script.doing(new ImageAccepted(8, DIGEST))).contains(new Spawn(8, 3, 3));
    }
}
