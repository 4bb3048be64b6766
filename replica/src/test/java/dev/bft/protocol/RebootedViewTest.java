package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Bits;
import dev.bft.wire.Digest;
import dev.bft.wire.Message;
import dev.bft.wire.NewView;
import dev.bft.wire.StatusPending;
import dev.bft.wire.ViewChange;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a replica makes of the views in its vote log: its own, torn, or somebody else's (AG12, section 9.4). */
class RebootedViewTest {
    private static final Digest STATE = new Digest(1, 2, 3, 4);

    private final Batch batch = Batch.of(List.of(), new byte[] {1});
    private final Batch other = Batch.of(List.of(), new byte[] {2});

    private static Lone booted(int id, VoteRecord... records) {
        Lone replica = new Lone(id, Stream.of(records).map(VoteRecord::toBytes).toList());
        replica.tick(10);
        return replica;
    }

    private static VoteRecord.Left left(long view) {
        ViewChange.Held start = new ViewChange.Held(0, STATE);
        return new VoteRecord.Left(new ViewChange(view, 0, List.of(start), List.of(), List.of()));
    }

    private static VoteRecord.Entered entered(long view, Batch... chosen) {
        List<Digest> batches = Stream.of(chosen).map(Batch::digest).toList();
        return new VoteRecord.Entered(new NewView(view, List.of(), 0, STATE, batches));
    }

    private static void startsFromNothing(Lone replica) {
        assertThat(replica.replica.status().phase()).isEqualTo("amnesiac");
        assertThat(replica.replica.status().view()).isZero();
        assertThat(replica.facts).anyMatch(Fact.Alarm.class::isInstance);
    }

    @Test
    void aViewThatWasEnteredIsGoneOnWith() {
        Lone backup = booted(3, entered(5, batch), new VoteRecord.Voted(5, 1, batch));
        assertThat(backup.replica.status().view()).isEqualTo(5);
        assertThat(backup.replica.status().phase()).isNotEqualTo("view-change");
    }

    @Test
    void aVoteThatContradictsItsNewViewMakesAmnesiac() {
        startsFromNothing(booted(3, entered(5, batch), new VoteRecord.Voted(5, 1, other)));
    }

    @Test
    void twoNewViewsForOneViewMakeAmnesiac() {
        startsFromNothing(booted(3, entered(5, batch), entered(5, other)));
    }

    @Test
    void aViewChangeThatNobodyWouldTakeMakesAmnesiac() {
        ViewChange bad = new ViewChange(5, 3, List.of(), List.of(), List.of());
        startsFromNothing(booted(3, new VoteRecord.Left(bad)));
    }

    @Test
    void aVoteInAViewThatDidNotBeginMakesAmnesiac() {
        startsFromNothing(booted(3, left(5), new VoteRecord.Voted(5, 1, batch)));
    }

    /** Who lost its votes leaves views and says nothing: its log does not tell which of them began. */
    @Test
    void whoLostItsVotesMayHaveVotedInAViewThatTheLogDoesNotBegin() {
        Lone amnesiac = booted(3, new VoteRecord.Amnesiac(8), left(5), new VoteRecord.Voted(5, 1, batch));
        assertThat(amnesiac.replica.status().phase()).isEqualTo("amnesiac");
        assertThat(amnesiac.replica.status().view()).isEqualTo(5);
        assertThat(amnesiac.facts).noneMatch(Fact.Alarm.class::isInstance);
    }

    @Test
    void anOlderPreparedStandsBesideWhatMyNewViewChoseAgain() {
        Lone primary = booted(
                1, entered(5, batch), new VoteRecord.Voted(5, 1, batch), new VoteRecord.Prepared(2, 1, batch.digest()));
        assertThat(primary.replica.status().phase()).isNotEqualTo("amnesiac");
        primary.say(0, left(6).viewChange());
        primary.say(2, left(6).viewChange());
        primary.sync();
        ViewChange mine = primary.sent.stream()
                .filter(ViewChange.class::isInstance)
                .map(ViewChange.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(mine.prepared()).containsExactly(new ViewChange.Entry(1, batch.digest(), 2));
        assertThat(mine.prePrepared()).containsExactly(new ViewChange.Entry(1, batch.digest(), 5));
    }

    @Test
    void aPrimaryTellsItsNewViewAgainOnlyOnceAllThatItChoseIsOnDisk() {
        Lone primary = booted(1, left(5), entered(5, Batch.NULL));
        assertThat(primary.replica.status().phase()).isNotEqualTo("view-change");
        primary.say(2, pending(1));
        assertThat(primary.sentOf(Message.Type.NEW_VIEW)).isZero();
        primary.sync();
        assertThat(primary.sentOf(Message.Type.NEW_VIEW)).isEqualTo(3);
    }

    private static StatusPending pending(long counter) {
        return new StatusPending(5, 0, 0, counter, false, Bits.ofSize(4), Bits.ofSize(8), List.of());
    }
}
