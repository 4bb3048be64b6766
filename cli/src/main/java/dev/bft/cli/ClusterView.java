package dev.bft.cli;

import dev.bft.coprocessor.ReplicaReport.StatusReport;
import dev.bft.watchdog.ReplicaPhase;
import dev.bft.watchdog.WatchdogStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A cluster as the watchdogs of this host see it.
 *
 * @param n how many replicas
 * @param f how many of them may be faulty
 * @param members by id
 */
record ClusterView(int n, int f, List<Member> members) {

    ClusterView {
        members = List.copyOf(members);
    }

    /**
     * One replica.
     *
     * @param here whether it belongs to this host
     * @param status what its watchdog says; empty if there is none that answers
     */
    record Member(int id, boolean here, Optional<WatchdogStatus> status) {

        private static final String AMNESIAC = "amnesiac";
        private static final String VIEW_CHANGE = "view-change";

        /** Whether it takes part and votes. */
        boolean isReady() {
            return isUp() && !isAmnesiac();
        }

        /**
         * Whether it takes part but has no vote. It says so itself, and is believed: who lies about that has thrown away
         * no vote but its own.
         */
        boolean isAmnesiac() {
            return isUp() && says(AMNESIAC);
        }

        private boolean says(String phase) {
            return claim().filter(claim -> claim.phase().equals(phase)).isPresent();
        }

        private boolean isUp() {
            return status.filter(s -> s.phase() == ReplicaPhase.READY).isPresent();
        }

        Optional<StatusReport> claim() {
            return status.flatMap(WatchdogStatus::claim);
        }

        /** Between two views it says so itself; the rest is its watchdog's knowledge. */
        String phase() {
            String known = status.map(s -> s.phase().text()).orElse(here ? "stopped" : "remote");
            return isAmnesiac() ? AMNESIAC : isUp() && says(VIEW_CHANGE) ? VIEW_CHANGE : known;
        }

        /** What is wrong with it, for a person; empty if there is nothing to say. */
        String problem() {
            String known = status.map(WatchdogStatus::problem).orElse("");
            return known.isEmpty() && isAmnesiac()
                    ? "it has lost its votes and abstains until the others have moved past all it may have voted for"
                    : known;
        }
    }

    int amnesiacs() {
        return (int) members.stream().filter(Member::isAmnesiac).count();
    }

    int quorum() {
        return 2 * f + 1;
    }

    int ready() {
        return (int) members.stream().filter(Member::isReady).count();
    }

    /** Whether the image of one of these replicas is refused, so that it does not run. */
    boolean anyRefused(List<Integer> ids) {
        return members.stream()
                .filter(member -> ids.contains(member.id()))
                .flatMap(member -> member.status().stream())
                .anyMatch(status -> status.phase() == ReplicaPhase.REFUSED);
    }

    boolean anyAnswers() {
        return members.stream().anyMatch(member -> member.status().isPresent());
    }

    /** The view that more replicas claim than may lie. */
    OptionalLong view() {
        Map<Long, Integer> votes = new TreeMap<>();
        for (Member member : members) {
            member.claim().ifPresent(claim -> votes.merge(claim.view(), 1, Integer::sum));
        }
        return votes.entrySet().stream()
                .filter(vote -> vote.getValue() > f)
                .mapToLong(Map.Entry::getKey)
                .max();
    }

    /** The primary of that view. */
    OptionalLong primary() {
        OptionalLong view = view();
        return view.isPresent() ? OptionalLong.of(view.getAsLong() % n) : OptionalLong.empty();
    }

    /** How a command that shows this ends. */
    ExitCode exit() {
        if (!anyAnswers()) {
            return ExitCode.UNREACHABLE;
        }
        boolean allHere = members.stream().allMatch(Member::here);
        if (allHere && ready() < quorum()) {
            return ExitCode.NO_QUORUM;
        }
        boolean allReady = members.stream().filter(Member::here).allMatch(Member::isReady);
        return allReady ? ExitCode.OK : ExitCode.DEGRADED;
    }
}
