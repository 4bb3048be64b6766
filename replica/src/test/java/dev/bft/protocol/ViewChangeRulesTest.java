package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Bits;
import dev.bft.wire.Body;
import dev.bft.wire.Decided;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.ForwardedViewChange;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.NewView;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Status;
import dev.bft.wire.StatusPending;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChangeAck;
import dev.bft.wire.Vote;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of view changes (section 6, each at its test) at one replica whose three peers are the test. */
class ViewChangeRulesTest {
    private static final byte[] CREDENTIAL = {7, 1, 2, 3};
    private static final int CLIENT = 1007;

    private final Lone backup = new Lone(3);
    private final Batch batch = Batch.of(List.of(), new byte[] {1});
    private final Batch other = Batch.of(List.of(), new byte[] {2});
    private long counter;

    /** What a replica says that did nothing so far. */
    private static ViewChange leaving(long view) {
        ViewChange.Held start = new ViewChange.Held(0, new Digest(1, 2, 3, 4));
        return new ViewChange(view, 0, List.of(start), List.of(), List.of());
    }

    private static Vote commit(long view, Batch of) {
        return new Vote(Message.Type.COMMIT, view, 1, of.digest());
    }

    private SignedRequest asked(byte[] operation) {
        Request request = new Request(1, 0, 6, false, operation, new byte[0]);
        byte[] open = Envelope.open(backup.cluster, CLIENT, request);
        try {
            return SignedRequest.read(Envelope.complete(open, new Envelope.Macs(List.of())));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void askWithSignature() {
        Request unsigned = new Request(1, 0, 5, true, CREDENTIAL, new byte[0]);
        byte[] signed = Request.signedBytes(backup.cluster, unsigned.digest(CLIENT));
        Request request = new Request(1, 0, 5, true, CREDENTIAL, PlainKeys.clientSign(CREDENTIAL, signed));
        byte[] open = Envelope.open(backup.cluster, CLIENT, request);
        backup.give(new Event.Received(900, Envelope.complete(open, new Envelope.Macs(List.of()))));
    }

    private void tellStatus(int from, long executed) {
        backup.say(from, new Status(0, 0, executed, ++counter, false, Bits.ofSize(8), Bits.ofSize(8), Bits.ofSize(8)));
    }

    /** Time in which all are heard of. */
    private void live(int millis, long executedOf0, long executedOf1, long executedOf2) {
        for (int i = 0; i < millis / 50; i++) {
            tellStatus(0, executedOf0);
            tellStatus(1, executedOf1);
            tellStatus(2, executedOf2);
            for (int j = 0; j < 5; j++) {
                backup.tick(10);
            }
        }
    }

    private long view() {
        return backup.replica.status().view();
    }

    /** Section 6.3. */
    @Test
    void aViewChangeLeavesOnlyWhenItIsOnDisk() {
        askWithSignature();
        live(500, 0, 0, 0);
        assertThat(view()).isEqualTo(1);
        assertThat(backup.sentOf(Message.Type.VIEW_CHANGE)).isZero();
        backup.sync();
        assertThat(backup.sentOf(Message.Type.VIEW_CHANGE)).isEqualTo(3);
    }

    @Test
    void whoHearsNobodyDoesNotLeave() {
        askWithSignature();
        for (int i = 0; i < 300; i++) {
            backup.tick(10);
        }
        assertThat(view()).isZero();
    }

    /** Section 4.8: only time in which it ran counts. */
    @Test
    void aPauseOfThisProcessIsNoFaultOfThePrimary() {
        live(100, 0, 0, 0);
        askWithSignature();
        backup.tick(10);
        backup.tick(60_000);
        tellStatus(0, 0);
        backup.tick(10);
        assertThat(view()).isZero();
    }

    /** Section 4.8. */
    @Test
    void whoIsBehindFPlusOneCorrectReplicasWaitsForThem() {
        askWithSignature();
        live(1000, 3, 3, 3);
        assertThat(view()).isZero();
    }

    @Test
    void thatFewerAreAheadIsNoReasonToWait() {
        askWithSignature();
        live(1000, 1000, 3, 0);
        assertThat(view()).isEqualTo(1);
    }

    /** Section 6.9, join. */
    @Test
    void oneThatLeftIsNotFollowedAndFPlusOneAreToTheLowestOfThem() {
        backup.say(1, leaving(9));
        assertThat(view()).isZero();
        backup.say(2, leaving(5));
        assertThat(view()).isEqualTo(5);
    }

    /** Section 6.3, triggers. */
    @Test
    void thePrimaryItselfIsFollowedToTheNextView() {
        backup.say(0, leaving(7));
        assertThat(view()).isEqualTo(1);
    }

    /** Section 6.3: the view is not active any more. */
    @Test
    void nobodyVotesInAViewThatWasLeft() {
        backup.say(0, leaving(1));
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.sync();
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
        assertThat(backup.drops(Drop.WRONG_VIEW)).isEqualTo(1);
    }

    @Test
    void aVoteThatReachesTheDiskAfterTheViewWasLeftIsNotSent() {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.say(0, leaving(1));
        backup.sync();
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
    }

    /** Section 6.2: P and Q. */
    @Test
    void whatWasVotedForIsInTheViewChange() {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.sync();
        backup.say(1, new Vote(Message.Type.PREPARE, 0, 1, batch.digest()));
        backup.sync();
        backup.say(0, new PrePrepare(0, 2, other));
        backup.say(0, leaving(1));
        backup.sync();
        ViewChange mine = viewChange(backup);
        assertThat(mine.prepared()).containsExactly(new ViewChange.Entry(1, batch.digest(), 0));
        assertThat(mine.prePrepared())
                .containsExactly(
                        new ViewChange.Entry(1, batch.digest(), 0), new ViewChange.Entry(2, other.digest(), 0));
    }

    private static ViewChange viewChange(Lone replica) {
        return replica.sent.stream()
                .filter(ViewChange.class::isInstance)
                .map(ViewChange.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Section 6.3: one content for a view, and P and Q of 6.2 survive. */
    @Test
    void aRestartedReplicaSaysTheSameViewChangeAndVotesInNoEarlierView() {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.say(0, leaving(1));
        List<byte[]> records = backup.disk.stream()
                .filter(Effect.Append.class::isInstance)
                .map(e -> ((Effect.Append) e).record())
                .toList();
        backup.sync();
        Lone again = new Lone(3, records);
        assertThat(again.replica.status().view()).isEqualTo(1);
        again.say(0, new PrePrepare(0, 2, other));
        again.sync();
        assertThat(again.sentOf(Message.Type.PREPARE)).isZero();
        again.say(1, new Status(0, 0, 0, 1, false, Bits.ofSize(8), Bits.ofSize(8), Bits.ofSize(8)));
        assertThat(viewChange(again)).isEqualTo(viewChange(backup));
    }

    /** Sections 6.4, 6.5. */
    @Test
    void onlyTheNewPrimaryGetsAcknowledgementsAndNotForItsOwnWord() {
        backup.say(0, leaving(1));
        backup.say(1, leaving(1));
        backup.say(2, leaving(1));
        assertThat(backup.sent.stream().filter(ViewChangeAck.class::isInstance))
                .containsExactly(
                        new ViewChangeAck(1, 0, leaving(1).digest(0)),
                        new ViewChangeAck(1, 2, leaving(1).digest(2)));
    }

    /** Section 6.5: acknowledgements are kept, and said again. */
    @Test
    void whoGivesANewKeyInAViewChangeIsToldAllAgain() {
        backup.say(0, leaving(1));
        backup.say(2, leaving(1));
        backup.sync();
        int before = backup.sent.size();
        backup.greet(1, 2);
        assertThat(backup.sent.subList(before, backup.sent.size()))
                .containsExactly(
                        viewChange(backup),
                        new ViewChangeAck(1, 0, leaving(1).digest(0)),
                        new ViewChangeAck(1, 2, leaving(1).digest(2)));
    }

    @Test
    void whoGivesANewKeyRightAfterAViewChangeIsToldHowTheViewBegan() {
        NewView decision = new NewView(6, List.of(), 0, new Digest(1, 2, 3, 4), List.of());
        backup.say(0, decision);
        backup.say(1, decision);
        backup.sync();
        int before = backup.sent.size();
        backup.greet(2, 2);
        assertThat(backup.sent.subList(before, backup.sent.size())).contains(decision);
        live(200, 0, 0, 0);
        int after = backup.sent.size();
        backup.greet(2, 3);
        assertThat(backup.sent.subList(after, backup.sent.size())).doesNotContain(decision);
    }

    /** Section 6.4. */
    @Test
    void aSecondViewChangeForAViewIsDropped() {
        backup.say(1, leaving(4));
        ViewChange second = new ViewChange(4, 0, List.of(), List.of(), List.of());
        backup.say(1, second);
        assertThat(backup.drops(Drop.CONFLICT)).isEqualTo(1);
    }

    /** Sections 6.3, 6.7. */
    @Test
    void aNewViewThatDoesNotFollowFromWhatItListsIsLeftAtOnce() {
        backup.say(0, leaving(1));
        backup.sync();
        ViewChange mine = viewChange(backup);
        backup.say(1, leaving(1));
        backup.say(2, leaving(1));
        List<NewView.Vouched> listed = List.of(
                new NewView.Vouched(1, leaving(1).digest(1)),
                new NewView.Vouched(2, leaving(1).digest(2)),
                new NewView.Vouched(3, mine.digest(3)));
        Digest state = leaving(1).checkpoints().get(0).state();
        backup.say(1, new NewView(1, listed, 0, state, List.of(other.digest())));
        assertThat(view()).isEqualTo(2);
    }

    /** 6.7, 9.13: it may have said it in a life of which it remembers nothing; others acknowledged it then. */
    @Test
    void aViewChangeThatIsListedInMyNameCountsAsOneOfAnyOtherReplica() {
        backup.say(0, leaving(1));
        backup.sync();
        backup.say(1, leaving(1));
        backup.say(2, leaving(1));
        ViewChange.Held start = leaving(1).checkpoints().get(0);
        ViewChange.Held later = new ViewChange.Held(4, new Digest(5, 6, 7, 8));
        ViewChange forgotten = new ViewChange(1, 0, List.of(start, later), List.of(), List.of());
        List<NewView.Vouched> listed = List.of(
                new NewView.Vouched(1, leaving(1).digest(1)),
                new NewView.Vouched(2, leaving(1).digest(2)),
                new NewView.Vouched(3, forgotten.digest(3)));
        backup.say(1, new NewView(1, listed, 0, start.state(), List.of()));
        backup.tick(10);
        assertThat(view()).isEqualTo(1);
        assertThat(backup.replica.status().phase()).isEqualTo("view-change");
        assertThat(backup.facts).noneMatch(Fact.Alarm.class::isInstance);
        backup.pass(new ForwardedViewChange(3, forgotten));
        backup.say(2, new ViewChangeAck(1, 3, forgotten.digest(3)));
        backup.tick(10);
        assertThat(view()).isEqualTo(1);
        assertThat(backup.replica.status().phase()).isNotEqualTo("view-change");
    }

    /** Amendment AG10. */
    @Test
    void fPlusOneThatAreActiveInAViewBringThisReplicaIn() {
        NewView decision = new NewView(6, List.of(), 0, new Digest(1, 2, 3, 4), List.of());
        backup.say(0, decision);
        assertThat(view()).isZero();
        backup.say(1, decision);
        assertThat(view()).isEqualTo(6);
        backup.tick(10);
        assertThat(backup.replica.status().phase()).isNotEqualTo("view-change");
    }

    /** Amendment AG5. */
    @Test
    void commitsOfOneViewCommitWithoutAProposalAndOfSeveralTheyDoNot() {
        backup.say(0, commit(2, batch));
        backup.say(1, commit(2, batch));
        backup.say(2, commit(1, batch));
        backup.give(new Event.Received(0, backup.peers.get(0).unsigned(new Body(1, batch))));
        assertThat(backup.replica.status().executed()).isZero();
        backup.say(2, commit(2, batch));
        assertThat(backup.replica.status().executed())
                .as("what came too early is gone")
                .isZero();
        backup.give(new Event.Received(0, backup.peers.get(0).unsigned(new Body(1, batch))));
        assertThat(backup.replica.status().executed()).isEqualTo(1);
    }

    /** Section 6.9: what the primary of a far view says does not push out what the next primary said. */
    @Test
    void aNewViewOfAFarViewDoesNotDisplaceTheNextOne() {
        // It lists a VIEW-CHANGE that is not here, so it is neither right nor wrong yet.
        List<NewView.Vouched> listed = List.of(new NewView.Vouched(0, new Digest(5, 6, 7, 8)));
        backup.say(1, new NewView(1, listed, 0, new Digest(1, 2, 3, 4), List.of()));
        backup.say(2, new NewView(4002, List.of(), 0, new Digest(1, 2, 3, 4), List.of()));
        backup.say(1, leaving(1));
        backup.say(2, leaving(1));
        assertThat(view()).isEqualTo(1);
        backup.tick(500);
        assertThat(backup.sent.stream().filter(StatusPending.class::isInstance).map(m -> ((StatusPending) m).newView()))
                .isNotEmpty()
                .containsOnly(true);
    }

    /** Amendment AG5. */
    @Test
    void fPlusOneDecidedAndTheBodyCommitInAnyView() {
        backup.say(0, leaving(1));
        backup.say(0, new Decided(1, batch.digest()));
        backup.give(new Event.Received(0, backup.peers.get(0).unsigned(new Body(1, batch))));
        assertThat(backup.replica.status().executed()).isZero();
        backup.say(2, new Decided(1, batch.digest()));
        backup.give(new Event.Received(0, backup.peers.get(0).unsigned(new Body(1, other))));
        assertThat(backup.replica.status().executed()).isZero();
        backup.give(new Event.Received(0, backup.peers.get(0).unsigned(new Body(1, batch))));
        assertThat(backup.replica.status().executed()).isEqualTo(1);
    }

    @Test
    void whatCommittedGetsNoVoteForAnotherBatch() {
        for (int i = 0; i < 3; i++) {
            backup.say(i, commit(2, batch));
        }
        backup.give(new Event.Received(0, backup.peers.get(0).unsigned(new Body(1, batch))));
        backup.say(0, new PrePrepare(0, 1, other));
        backup.sync();
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
        assertThat(backup.drops(Drop.CONFLICT)).isEqualTo(1);
    }

    /** Section 7.3: also what is sent for a new view counts against the bodies that one replica may ask for. */
    @Test
    void whoAsksForTheSameBodyAgainAndAgainSoonGetsItSeldom() {
        byte[] megabyte = new byte[(1 << 20) - 1024];
        Batch large = Batch.of(List.of(asked(megabyte)), new byte[0]);
        backup.say(0, new PrePrepare(0, 1, large));
        backup.give(new Event.Received(0, backup.peers.get(0).unsigned(new Body(1, large))));
        backup.say(1, new Vote(Message.Type.PREPARE, 0, 1, large.digest()));
        backup.sync();
        backup.say(0, leaving(1));
        backup.sync();
        StatusPending.Missing missing = new StatusPending.Missing(1, large.digest());
        for (int i = 1; i <= 40; i++) {
            backup.tick(25);
            backup.say(1, new StatusPending(1, 0, 0, i, false, Bits.ofSize(4), Bits.ofSize(8), List.of(missing)));
        }
        assertThat(backup.sentOf(Message.Type.BODY)).isBetween(2L, 19L);
    }
}
