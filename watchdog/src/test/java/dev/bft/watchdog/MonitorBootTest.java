package dev.bft.watchdog;

import static dev.bft.watchdog.MonitorScript.DIGEST;
import static dev.bft.watchdog.MonitorScript.FAILED;
import static dev.bft.watchdog.MonitorScript.KILLED;
import static dev.bft.watchdog.MonitorScript.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.watchdog.MonitorAction.Audit;
import dev.bft.watchdog.MonitorAction.Keep;
import dev.bft.watchdog.MonitorAction.Kill;
import dev.bft.watchdog.MonitorAction.PrepareBoot;
import dev.bft.watchdog.MonitorAction.Spawn;
import dev.bft.watchdog.MonitorEvent.Broken;
import dev.bft.watchdog.MonitorEvent.Died;
import dev.bft.watchdog.MonitorEvent.ImageAccepted;
import dev.bft.watchdog.MonitorEvent.ImageRefused;
import dev.bft.watchdog.MonitorEvent.Reported;
import dev.bft.watchdog.MonitorEvent.SpawnFailed;
import dev.bft.watchdog.MonitorEvent.Spawned;
import dev.bft.watchdog.MonitorEvent.Started;
import dev.bft.watchdog.MonitorEvent.TimePassed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a replica is booted, and again after each death, by a monitor that is told events and times. */
final class MonitorBootTest {

    private final MonitorScript script = new MonitorScript();

    @Test
    void aStartKeepsANewBootNumberAndPreparesTheImage() {
        assertThat(script.doing(new Started())).containsExactly(new Keep(new BootNumbers(7, 3)), new PrepareBoot(7));
        script.assertPhase(ReplicaPhase.BOOTING);
    }

    @Test
    void aVerifiedCopyIsBootedWithTheTickOfTheLastRecovery() {
        script.doing(new Started());
        assertThat(script.doing(new ImageAccepted(7, DIGEST))).containsExactly(new Spawn(7, 3, 3));
        assertThat(script.view().image()).isEqualTo(DIGEST);
    }

    @Test
    void aBootIsRecordedWithImageAndNumbers() {
        script.doing(new Started());
        script.doing(new ImageAccepted(7, DIGEST));
        assertThat(script.audits(new Spawned(7, 4711))).singleElement().satisfies(audit -> {
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
        script.boot();
        script.assertPhase(ReplicaPhase.READY);
        assertThat(script.wakeAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aCopyForAnotherBootStartsNothing() {
        script.doing(new Started());
        assertThat(script.doing(new ImageAccepted(6, DIGEST))).isEmpty();
        assertThat(script.doing(new ImageRefused(6, "why"))).isEmpty();
    }

    @Test
    void whatAnEarlierBootSaysIsIgnored() {
        script.boot();
        script.die();
        assertThat(script.doing(new Reported(script.current(), new ReplicaReport.Ready(script.current()))))
                .isEmpty();
        script.assertPhase(ReplicaPhase.DOWN);
    }

    @Test
    void aSilentBootIsKilledAndBootedAgain() {
        script.launch();
        script.pass(SETTINGS.load());
        assertThat(script.doing(new TimePassed())).containsExactly(new Kill());
        assertThat(script.doing(new Died(script.current(), KILLED))).isEmpty();
        script.awaitDeadline();
        assertThat(script.doing(new TimePassed())).contains(new PrepareBoot(script.current() + 1));
    }

    @Test
    void aBootThatIsNotReadyInTimeIsAnAlarmAndGoesOn() {
        script.launch();
        script.doing(script.progress("loaded"));
        script.awaitDeadline();
        assertThat(script.audits(new TimePassed()))
                .singleElement()
                .extracting(Audit::kind)
                .isEqualTo("alarm");
        assertThat(script.view().problem()).contains("is not ready 120000 ms after");
        assertThat(script.wakeAt()).isEqualTo(Long.MAX_VALUE);
        script.doing(new Reported(script.current(), new ReplicaReport.Ready(script.current())));
        script.assertPhase(ReplicaPhase.READY);
        assertThat(script.view().problem()).isEmpty();
    }

    @Test
    void aReplicaThatCannotBeStartedIsTriedAgain() {
        script.doing(new Started());
        script.doing(new ImageAccepted(7, DIGEST));
        assertThat(script.audits(new SpawnFailed(7, "no java")))
                .singleElement()
                .extracting(Audit::kind)
                .isEqualTo("alarm");
        assertThat(script.view().problem()).contains("no java");
        script.awaitDeadline();
        assertThat(script.doing(new TimePassed())).contains(new PrepareBoot(8));
    }

    @Test
    void whyTheLastOneEndedIsTheProblemUntilOneIsReady() {
        script.launch();
        script.die();
        assertThat(script.view().problem()).contains("booted again after");
        script.relaunch();
        script.doing(script.progress("loaded"));
        script.assertPhase(ReplicaPhase.BOOTING);
        assertThat(script.view().problem()).contains("it is booting again");
        script.doing(new Reported(script.current(), new ReplicaReport.Ready(script.current())));
        assertThat(script.view().problem()).isEmpty();
    }

    @Test
    void aDeathIsRecordedAndFollowedByABootWithTheSameTick() {
        script.boot();
        assertThat(script.audits(new Died(script.current(), FAILED)))
                .singleElement()
                .satisfies(audit -> {
                    assertThat(audit.kind()).isEqualTo("crash");
                    assertThat(audit.fields()).containsEntry("exit", "exit code 1");
                });
        script.awaitDeadline();
        assertThat(script.doing(new TimePassed())).containsExactly(new Keep(new BootNumbers(8, 3)), new PrepareBoot(8));
        assertThat(script.doing(new ImageAccepted(8, DIGEST))).containsExactly(new Spawn(8, 3, 3));
    }

    @Test
    void theWaitAfterADeathDoublesUpToHalfAMinute() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            script.boot();
            waits.add(script.die());
        }
        assertThat(waits).containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 30000L, 30000L);
    }

    @Test
    void aMinuteOfHealthMakesTheWaitShortAgain() {
        script.boot();
        script.die();
        script.boot();
        script.pass(59_999);
        assertThat(script.die()).isEqualTo(200);
        script.boot();
        script.pass(60_000);
        assertThat(script.die()).isEqualTo(100);
    }

    @Test
    void fiveDeathsInAMinuteAreAnAlarmAndItGoesOn() {
        for (int i = 0; i < 4; i++) {
            script.boot();
            script.die();
        }
        script.boot();
        assertThat(script.audits(new Died(script.current(), FAILED)))
                .extracting(Audit::kind)
                .containsExactly("crash", "alarm");
        script.awaitDeadline();
        assertThat(script.doing(new TimePassed())).contains(new PrepareBoot(script.current() + 1));
    }

    @Test
    void twoDeathsAtTheSameBatchAreAnAlarm() {
        script.boot();
        script.doing(script.status(17));
        script.die();
        script.boot();
        script.doing(script.status(17));
        assertThat(script.audits(new Died(script.current(), FAILED))).last().satisfies(audit -> assertThat(
                        audit.fields())
                .containsEntry("text", "the replica died twice after executing batch 17"));
    }

    @Test
    void twoKillsFromOutsideAtTheSameBatchAreNone() {
        script.boot();
        script.doing(script.status(17));
        script.doing(new Died(script.current(), KILLED));
        script.reboot();
        script.doing(script.status(17));
        assertThat(script.audits(new Died(script.current(), KILLED)))
                .extracting(Audit::kind)
                .containsExactly("crash");
    }

    @Test
    void aLostCoprocessorEndsTheReplicaToo() {
        script.boot();
        assertThat(script.doing(new Broken("exit code 1"))).containsExactly(new Kill());
        script.die();
        script.boot();
        script.assertPhase(ReplicaPhase.READY);
    }

    @Test
    void claimsAreRecordedAsClaimsAndTooManyAreNot() {
        script.boot();
        int recorded = 0;
        for (int i = 0; i < 1000; i++) {
            for (Audit audit : script.audits(
                    new Reported(script.current(), new ReplicaReport.Claim("key-refresh", "counter " + i)))) {
                assertThat(audit.claim()).isTrue();
                recorded++;
            }
        }
        assertThat(recorded).isEqualTo(60);
        script.pass(60_000);
        assertThat(script.audits(new Reported(script.current(), new ReplicaReport.Claim("alarm", "x"))))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 4711})
    void noSequenceOfEventsStartsASecondProcessOrLosesTheFirst(long seed) {
        new MonitorWalk(seed, false).run();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 4711})
    void noSequenceOfEventsLosesTheVotesOfAnHonestReplica(long seed) {
        new MonitorWalk(seed, true).run();
    }
}
