package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.coprocessor.ReplicaReport.StatusReport;
import dev.bft.watchdog.ProcessUse;
import dev.bft.watchdog.ReplicaPhase;
import dev.bft.watchdog.WatchdogStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How the words of four watchdogs and of their replicas become one answer. */
final class ClusterViewTest {

    @Test
    void fourThatVoteAreFine() {
        assertThat(view("active", "active", "active", "active").exit()).isEqualTo(ExitCode.OK);
    }

    @Test
    void anAmnesiacReplicaIsNotReadyAndTheClusterDegraded() {
        ClusterView view = view("active", "active", "amnesiac", "active");
        assertThat(view.ready()).isEqualTo(3);
        assertThat(view.amnesiacs()).isEqualTo(1);
        assertThat(view.exit()).isEqualTo(ExitCode.DEGRADED);
        assertThat(view.members().get(2).phase()).isEqualTo("amnesiac");
        assertThat(view.members().get(2).problem()).contains("has lost its votes");
        assertThat(view.members().get(1).phase()).isEqualTo("ready");
    }

    @Test
    void twoAmnesiacReplicasOfFourAreNoQuorum() {
        assertThat(view("amnesiac", "active", "amnesiac", "active").exit()).isEqualTo(ExitCode.NO_QUORUM);
    }

    @Test
    void aClusterOfAmnesiacsHasNoneThatIsReady() {
        ClusterView view = view("amnesiac", "amnesiac", "amnesiac", "amnesiac");
        assertThat(view.ready()).isZero();
        assertThat(view.exit()).isEqualTo(ExitCode.NO_QUORUM);
    }

    @Test
    void aReplicaThatIsBootingIsShownAsThatWhateverItSays() {
        ClusterView.Member member = member(0, ReplicaPhase.BOOTING, "amnesiac");
        assertThat(member.phase()).isEqualTo("booting");
        assertThat(member.isAmnesiac()).isFalse();
        assertThat(member.isReady()).isFalse();
    }

    @Test
    void noWordOfAReplicaMakesItReady() {
        assertThat(member(0, ReplicaPhase.RECOVERING, "active").isReady()).isFalse();
    }

    @Test
    void aRefusedImageIsNotedOfTheReplicasThatAreAskedFor() {
        ClusterView.Member refused = member(1, ReplicaPhase.REFUSED, "active");
        ClusterView view = new ClusterView(4, 1, List.of(member(0, ReplicaPhase.READY, "active"), refused));
        assertThat(view.anyRefused(List.of(0, 1))).isTrue();
        assertThat(view.anyRefused(List.of(0))).isFalse();
    }

    private static ClusterView view(String... claimed) {
        List<ClusterView.Member> members = new ArrayList<>();
        for (String phase : claimed) {
            members.add(member(members.size(), ReplicaPhase.READY, phase));
        }
        return new ClusterView(4, 1, members);
    }

    private static ClusterView.Member member(int id, ReplicaPhase known, String claimed) {
        StatusReport claim = new StatusReport(claimed, 0, 7, 0, "", 0, false, 0, 0, 0, new TreeMap<>());
        ProcessUse none = ProcessUse.NONE;
        WatchdogStatus status = new WatchdogStatus(
                id, known, "", "none", "", 1, 0, none, none, none, Optional.of(claim), Optional.empty());
        return new ClusterView.Member(id, true, Optional.of(status));
    }
}
