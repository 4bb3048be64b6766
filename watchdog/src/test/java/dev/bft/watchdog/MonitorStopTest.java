package dev.bft.watchdog;

import static dev.bft.watchdog.MonitorScript.DIGEST;
import static dev.bft.watchdog.MonitorScript.KILLED;
import static dev.bft.watchdog.MonitorScript.SETTINGS;
import static dev.bft.watchdog.MonitorScript.accepted;
import static dev.bft.watchdog.MonitorScript.ask;
import static dev.bft.watchdog.MonitorScript.stepped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.watchdog.MonitorAction.Answer;
import dev.bft.watchdog.MonitorAction.End;
import dev.bft.watchdog.MonitorAction.Keep;
import dev.bft.watchdog.MonitorAction.Kill;
import dev.bft.watchdog.MonitorAction.Tell;
import dev.bft.watchdog.MonitorEvent.Died;
import dev.bft.watchdog.MonitorEvent.ImageAccepted;
import dev.bft.watchdog.MonitorEvent.Spawned;
import dev.bft.watchdog.MonitorEvent.Started;
import dev.bft.watchdog.MonitorEvent.StopAsked;
import dev.bft.watchdog.MonitorEvent.TimePassed;
import dev.bft.watchdog.sandbox.Exit;
import org.junit.jupiter.api.Test;

/** How a stop saves, orders the end, and is over with the death. */
final class MonitorStopTest {

    private final MonitorScript script = new MonitorScript();

    @Test
    void aStopSavesForTheSameTickOrdersTheEndAndIsOverWithTheDeath() {
        script.boot();
        assertThat(script.doing(new StopAsked(1))).containsExactly(accepted(1), new Tell(new WatchdogOrder.Save(3)));
        script.assertPhase(ReplicaPhase.STOPPING);
        assertThat(script.doing(script.saved(3))).containsExactly(new Tell(new WatchdogOrder.Stop()));
        assertThat(script.doing(new Died(script.current(), new Exit(false, 0))))
                .containsExactly(new Answer(1, new ControlMessage.Stopped()), new End());
        script.assertPhase(ReplicaPhase.STOPPED);
    }

    @Test
    void aReplicaThatDoesNotEndIsKilled() {
        script.boot();
        script.doing(new StopAsked(1));
        script.pass(SETTINGS.save());
        assertThat(script.doing(new TimePassed())).containsExactly(new Tell(new WatchdogOrder.Stop()));
        script.pass(SETTINGS.stop());
        assertThat(script.doing(new TimePassed())).containsExactly(new Kill());
        assertThat(script.doing(new Died(script.current(), KILLED))).endsWith(new End());
    }

    @Test
    void everyoneWhoAsksForTheStopIsToldOfIt() {
        script.boot();
        script.doing(new StopAsked(1));
        assertThat(script.doing(new StopAsked(2))).containsExactly(accepted(2));
        assertThat(script.doing(new Died(script.current(), KILLED)))
                .containsExactly(
                        new Answer(1, new ControlMessage.Stopped()),
                        new Answer(2, new ControlMessage.Stopped()),
                        new End());
    }

    @Test
    void aStopWithoutAProcessIsOverAtOnce() {
        script.doing(new Started());
        assertThat(script.doing(new StopAsked(1))).endsWith(new End());
        assertThat(script.doing(new ImageAccepted(7, DIGEST))).isEmpty();
    }

    @Test
    void aProcessThatStartsDuringAStopIsKilled() {
        script.doing(new Started());
        script.doing(new ImageAccepted(7, DIGEST));
        script.doing(new StopAsked(1));
        assertThat(script.doing(new Spawned(7, 1))).containsExactly(new Kill());
        assertThat(script.doing(new Died(7, KILLED))).endsWith(new End());
    }

    @Test
    void aStopDuringARecoveryEndsItUnfinished() {
        script.boot();
        script.doing(ask(1));
        script.doing(new ImageAccepted(8, DIGEST));
        assertThat(script.doing(new StopAsked(2))).startsWith(accepted(2), accepted(1), stepped("verify", 0));
        assertThat(script.view().lastRecovery())
                .hasValueSatisfying(report -> assertThat(report.done()).isFalse());
        assertThat(script.doing(script.saved(4)))
                .containsExactly(new Keep(new BootNumbers(8, 4)), new Tell(new WatchdogOrder.Stop()));
    }

    @Test
    void aRecoveryIsRefusedDuringAStop() {
        script.boot();
        script.doing(new StopAsked(1));
        assertThat(script.doing(ask(2))).singleElement().satisfies(action -> assertThat(((Answer) action).message())
                .isInstanceOf(ControlMessage.Refused.class));
    }
}
