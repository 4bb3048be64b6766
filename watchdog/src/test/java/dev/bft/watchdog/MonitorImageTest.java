package dev.bft.watchdog;

import static dev.bft.watchdog.MonitorScript.DIGEST;
import static dev.bft.watchdog.MonitorScript.SETTINGS;
import static dev.bft.watchdog.MonitorScript.ask;
import static dev.bft.watchdog.MonitorScript.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.watchdog.MonitorAction.PrepareBoot;
import dev.bft.watchdog.MonitorAction.Spawn;
import dev.bft.watchdog.MonitorEvent.ImageAccepted;
import dev.bft.watchdog.MonitorEvent.ImageRefused;
import dev.bft.watchdog.MonitorEvent.Reported;
import dev.bft.watchdog.MonitorEvent.Started;
import dev.bft.watchdog.MonitorEvent.TimePassed;
import dev.bft.watchdog.WatchdogRefusalException.Cause;
import org.junit.jupiter.api.Test;

/** What an image that is not as it must be keeps from being done. */
final class MonitorImageTest {

    private final MonitorScript script = new MonitorScript();

    @Test
    void aRefusedImageStartsNothingAndIsTriedAgainAndAgain() {
        script.doing(new Started());
        assertThat(script.audits(new ImageRefused(7, "lib/a.jar was changed")))
                .singleElement()
                .satisfies(audit -> {
                    assertThat(audit.kind()).isEqualTo("refusal");
                    assertThat(audit.fields()).containsEntry("reason", "lib/a.jar was changed");
                });
        script.assertPhase(ReplicaPhase.REFUSED);
        assertThat(script.view().problem()).isEqualTo("lib/a.jar was changed");
        for (long number = 8; number < 30; number++) {
            script.awaitDeadline();
            assertThat(script.doing(new TimePassed())).contains(new PrepareBoot(number));
            assertThat(script.audits(new ImageRefused(number, "lib/a.jar was changed")))
                    .isEmpty();
            assertThat(script.waits()).isLessThanOrEqualTo(30_000);
        }
        script.awaitDeadline();
        script.doing(new TimePassed());
        assertThat(script.doing(new ImageAccepted(30, DIGEST))).containsExactly(new Spawn(30, 3, 3));
        script.assertPhase(ReplicaPhase.BOOTING);
    }

    @Test
    void anImageThatCannotBeReadInTimeIsRefused() {
        script.doing(new Started());
        script.pass(SETTINGS.image());
        script.doing(new TimePassed());
        script.assertPhase(ReplicaPhase.REFUSED);
        assertThat(script.doing(new ImageAccepted(7, DIGEST))).isEmpty();
    }

    @Test
    void aTamperedImageRefusesTheRecoveryAndLeavesTheReplicaAlive() {
        script.boot();
        script.doing(ask(1));
        assertThat(script.doing(new ImageRefused(8, "lib/a.jar was changed")))
                .containsExactly(refused(1, Cause.IMAGE, "lib/a.jar was changed"));
        script.assertPhase(ReplicaPhase.READY);
        assertThat(script.view().problem()).isEqualTo("lib/a.jar was changed");
        assertThat(script.doing(ask(2))).contains(new PrepareBoot(9));
        script.doing(new ImageAccepted(9, DIGEST));
        assertThat(script.view().problem()).isEmpty();
    }

    @Test
    void aRefusedRecoveryIsRecordedAndTheReplicaKnownToRun() {
        script.boot();
        script.doing(ask(1));
        assertThat(script.audits(new ImageRefused(8, "why")))
                .singleElement()
                .satisfies(audit -> assertThat(audit.fields()).containsEntry("running", "yes"));
    }

    @Test
    void anImageChangedAfterTheKillKeepsTheReplicaDownUntilItIsRight() {
        script.boot();
        script.killForRecovery();
        assertThat(script.doing(new ImageRefused(8, "lib/a.jar was changed"))).isEmpty();
        script.assertPhase(ReplicaPhase.REFUSED);
        script.awaitDeadline();
        assertThat(script.doing(new TimePassed())).contains(new PrepareBoot(9));
        assertThat(script.doing(new ImageAccepted(9, DIGEST))).contains(new Spawn(9, 4, 4));
        script.assertPhase(ReplicaPhase.RECOVERING);
    }

    @Test
    void aReplicaThatIsDownForItsImageRefusesTheRecoveryAgain() {
        script.doing(new Started());
        script.doing(new ImageRefused(7, "why"));
        script.doing(ask(1));
        assertThat(script.doing(new ImageRefused(8, "why"))).containsExactly(refused(1, Cause.IMAGE, "why"));
        assertThat(script.wakeAt()).isGreaterThan(script.now());
    }

    @Test
    void aReplicaThatBecomesReadyWhileItsImageIsCheckedStaysSo() {
        script.launch();
        script.doing(script.progress("loaded"));
        script.doing(ask(1));
        script.doing(new Reported(script.current(), new ReplicaReport.Ready(script.current())));
        script.assertPhase(ReplicaPhase.RECOVERING);
        script.doing(new ImageRefused(8, "why"));
        script.assertPhase(ReplicaPhase.READY);
    }
}
