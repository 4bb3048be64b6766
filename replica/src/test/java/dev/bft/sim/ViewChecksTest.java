package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bft.protocol.Fact;
import dev.bft.wire.Digest;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each checker of view changes is shown the violation it is there for, beside the right thing that it lets pass. */
class ViewChecksTest {
    private static final Digest BATCH = Digest.of(new byte[] {1});
    private static final Digest OTHER = Digest.of(new byte[] {2});

    private final Plan plan = plan();
    private final Ballots ballots = new Ballots(plan);
    private final Departures departures = new Departures(plan, ballots, new Tally());
    private final Beginnings beginnings = new Beginnings(plan, ballots, departures, new Tally());

    private static Plan plan() {
        Plan drawn = Plan.draw(1, 4, 100);
        Plan.Tunables tunables = new Plan.Tunables(4, 8, 4, 1000, 4, 1, 1, true, 8, 1);
        return new Plan(
                1,
                4,
                tunables,
                EnumSet.noneOf(Fault.class),
                drawn.weather(),
                drawn.disks(),
                drawn.load(),
                false,
                Collections.emptySortedMap());
    }

    private static void broken(String invariant, Runnable step) {
        assertThatExceptionOfType(Violation.class)
                .isThrownBy(step::run)
                .matches(v -> v.invariant().equals(invariant), invariant);
    }

    private static ViewChange viewChange(long view, List<ViewChange.Entry> p, List<ViewChange.Entry> q) {
        return new ViewChange(view, 0, List.of(new ViewChange.Held(0, OTHER)), p, q);
    }

    private static List<ViewChange.Entry> at(long view) {
        return List.of(new ViewChange.Entry(1, BATCH, view));
    }

    private void leaves(int replica, ViewChange m) {
        departures.leaves(replica, m, (at, batch) -> false, (at, batch) -> false);
    }

    private void votes(int... replicas) {
        for (int replica : replicas) {
            ballots.voted(replica, new Position(0, 1), BATCH);
        }
    }

    private void commits(int... replicas) {
        for (int replica : replicas) {
            ballots.committed(replica, new Position(0, 1), new Ballots.Support(BATCH, true));
        }
    }

    private NewView newView(List<Digest> batches, ViewChange... said) {
        List<NewView.Vouched> listed = new ArrayList<>();
        for (int i = 0; i < said.length; i++) {
            departures.heard(i, said[i]);
            listed.add(new NewView.Vouched(i, said[i].digest(i)));
        }
        return new NewView(1, listed, 0, OTHER, batches);
    }

    @Test
    void aSecondContentForAViewIsFound() {
        leaves(1, viewChange(1, List.of(), List.of()));
        leaves(1, viewChange(1, List.of(), List.of()));
        votes(1);
        broken("one-view-change", () -> leaves(1, viewChange(1, List.of(), at(0))));
    }

    @Test
    void aVoteBelowAViewChangeIsFound() {
        leaves(1, viewChange(2, List.of(), List.of()));
        departures.votes(1, new Position(2, 1));
        departures.votes(2, new Position(0, 1));
        broken("no-vote-below", () -> departures.votes(1, new Position(1, 1)));
    }

    @Test
    void aClaimThatWasNotSoIsFound() {
        broken("sound-view-change", () -> leaves(1, viewChange(1, List.of(), at(0))));
        votes(1, 2, 3);
        leaves(2, viewChange(1, List.of(), at(0)));
        broken("sound-view-change", () -> leaves(3, viewChange(1, at(0), at(0))));
    }

    @Test
    void aVoteThatIsLeftOutIsFound() {
        votes(1, 2, 3);
        commits(1, 2);
        leaves(1, viewChange(1, at(0), at(0)));
        broken("sound-view-change", () -> leaves(2, viewChange(1, List.of(), at(0))));
        broken("sound-view-change", () -> leaves(3, viewChange(1, List.of(), List.of())));
    }

    @Test
    void aFormThatOthersTakeNoNoticeOfIsFound() {
        String form = "well-formed-view-change";
        ViewChangeForm checker = new ViewChangeForm(plan);
        List<ViewChange.Entry> full = entries(1, 2, 3);
        checker.check(1, viewChange(4, full.subList(2, 3), full));
        broken(form, () -> checker.check(1, viewChange(0, List.of(), List.of())));
        broken(form, () -> checker.check(1, viewChange(5, List.of(), entries(1, 2, 3, 4))));
        broken(form, () -> checker.check(1, viewChange(4, entries(1, 2), full)));
        broken(form, () -> checker.check(1, viewChange(3, List.of(), full)));
        broken(form, () -> checker.check(1, viewChange(1, at(0), List.of())));
        broken(form, () -> checker.check(1, viewChange(2, List.of(), List.of(at(0).get(0), at(1).get(0)))));
        broken(form, () -> checker.check(1, viewChange(1, List.of(), List.of(new ViewChange.Entry(9, BATCH, 0)))));
        for (long held : List.of(2L, 12L)) {
            List<ViewChange.Held> wrong = List.of(new ViewChange.Held(held, OTHER));
            broken(form, () -> checker.check(1, new ViewChange(1, 0, wrong, List.of(), List.of())));
        }
        List<ViewChange.Held> two = List.of(new ViewChange.Held(4, OTHER), new ViewChange.Held(4, BATCH));
        broken(form, () -> checker.check(1, new ViewChange(1, 0, two, List.of(), List.of())));
        broken(form, () -> checker.check(1, new ViewChange(1, 2, List.of(), List.of(), List.of())));
    }

    /** A batch each for these views, at one seqno. */
    private static List<ViewChange.Entry> entries(int... views) {
        return Arrays.stream(views)
                .mapToObj(view -> new ViewChange.Entry(1, Digest.of(new byte[] {(byte) view}), view))
                .toList();
    }

    @Test
    void twoPreparedBatchesInOneViewAreFound() {
        votes(1, 2, 3);
        commits(1);
        ballots.voted(0, new Position(0, 1), OTHER);
        broken("prepared-backing", () -> ballots.committed(0, new Position(0, 1), new Ballots.Support(OTHER, true)));
    }

    @Test
    void aNewViewThatDoesNotFollowIsFound() {
        ViewChange nothing = viewChange(1, List.of(), List.of());
        ViewChange prepared = viewChange(1, at(0), at(0));
        beginnings.accepted(2, newView(List.of(BATCH), prepared, prepared, nothing));
        broken("new-view", () -> new Beginnings(plan, ballots, departures, new Tally())
                .accepted(2, newView(List.of(BATCH), nothing, nothing, nothing)));
    }

    @Test
    void twoBeginningsOfAViewWithACorrectPrimaryAreFound() {
        ViewChange nothing = viewChange(1, List.of(), List.of());
        beginnings.accepted(2, newView(List.of(), nothing, nothing, nothing));
        beginnings.accepted(3, newView(List.of(), nothing, nothing, nothing));
        broken("one-new-view", () -> beginnings.accepted(3, newView(List.of(), nothing, nothing, nothing, nothing)));
    }

    @Test
    void aViewWithoutWhatCommittedIsFoundWhicheverComesFirst() {
        ViewChange nothing = viewChange(1, List.of(), List.of());
        votes(1, 2, 3);
        commits(1, 2, 3);
        NewView empty = newView(List.of(), nothing, nothing, nothing);
        broken("commit-durability", () -> beginnings.accepted(2, empty));
        broken(
                "commit-durability",
                () -> beginnings.committed(1, ballots.established(1).orElseThrow()));
    }

    @Test
    void theMarksOfViewsNeverFall() {
        Life life = new Life(1, plan, new Ledger(new Batches()));
        life.leaves(new Fact.ViewLeft(0, 2, "a request waits"));
        broken("monotone", () -> life.enters(new Fact.ViewEntered(1, 1)));
        life.enters(new Fact.ViewEntered(2, 2));
        broken("monotone", () -> life.leaves(new Fact.ViewLeft(2, 2, "a request waits")));
    }
}
