package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Digest;
import dev.bft.wire.Message;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a NEW-VIEW may list, and what proves the batches that it chooses to be their clients' (6.7, 6.8, 6.10). */
class NewViewEvidenceTest {
    private static final ViewChange.Held START = new ViewChange.Held(0, new Digest(1, 2, 3, 4));

    private final Lone backup = new Lone(3);

    /** Leaves view 0; {@code prepared} and {@code prePrepared} in it at seqno 1. */
    private static ViewChange leaving(List<Digest> prepared, List<Digest> prePrepared) {
        return new ViewChange(1, 0, List.of(START), entries(prepared), entries(prePrepared));
    }

    private static List<ViewChange.Entry> entries(List<Digest> batches) {
        return batches.stream().map(d -> new ViewChange.Entry(1, d, 0)).toList();
    }

    private static NewView begins(List<NewView.Vouched> listed, List<Digest> batches) {
        return new NewView(1, listed, 0, START.state(), batches);
    }

    /** The view begins that 0, 1 and 2 lead to; the PREPAREs that leave here. */
    private long preparesAfter(ViewChange of0, ViewChange of1, ViewChange of2, Batch chosen) {
        backup.say(0, of0);
        backup.say(1, of1);
        backup.say(2, of2);
        backup.sync();
        List<NewView.Vouched> listed = List.of(
                new NewView.Vouched(0, of0.digest(0)),
                new NewView.Vouched(1, of1.digest(1)),
                new NewView.Vouched(2, of2.digest(2)));
        long view = of0.view();
        backup.say((int) view, new NewView(view, listed, 0, START.state(), List.of(chosen.digest())));
        backup.give(new Event.Received(0, backup.peers.get(0).unsigned(new Body(1, chosen))));
        backup.tick(10);
        backup.sync();
        assertThat(backup.replica.status().view()).isEqualTo(view);
        assertThat(backup.replica.status().phase()).isNotEqualTo("view-change");
        return backup.sentOf(Message.Type.PREPARE);
    }

    @Test
    void aNewViewThatListsAReplicaThatThereIsNotIsMalformed() {
        ViewChange said = leaving(List.of(), List.of());
        List<NewView.Vouched> listed = List.of(
                new NewView.Vouched(0, said.digest(0)),
                new NewView.Vouched(2, said.digest(2)),
                new NewView.Vouched(4, said.digest(4)));
        backup.say(1, begins(listed, List.of()));
        assertThat(backup.drops(Drop.MALFORMED)).isEqualTo(1);
        backup.say(0, said);
        backup.say(1, said);
        backup.sync();
        assertThat(backup.replica.status().view()).isEqualTo(1);
    }

    @Test
    void aNewViewThatListsFewerThanAQuorumIsWrong() {
        ViewChange said = leaving(List.of(), List.of());
        backup.say(0, said);
        backup.say(1, said);
        List<NewView.Vouched> listed =
                List.of(new NewView.Vouched(0, said.digest(0)), new NewView.Vouched(1, said.digest(1)));
        backup.say(1, begins(listed, List.of()));
        assertThat(backup.replica.status().view()).isEqualTo(2);
    }

    /** 6.8: a client that is gone proves nothing any more; f+1 that pre-prepared its request do. */
    @Test
    void fPlusOneThatPrePreparedABatchProveItAuthentic() {
        Batch unknown = backup.forged(7);
        ViewChange voted = leaving(List.of(unknown.digest()), List.of(unknown.digest()));
        assertThat(preparesAfter(voted, voted, leaving(List.of(), List.of()), unknown))
                .isEqualTo(3);
    }

    /** The second kind of voucher says nothing about a batch but that it may be chosen. */
    @Test
    void oneThatPrePreparedABatchDoesNotProveItAuthentic() {
        Batch unknown = backup.forged(7);
        ViewChange voted = leaving(List.of(unknown.digest()), List.of(unknown.digest()));
        List<ViewChange.Entry> twice = IntStream.range(0, 2)
                .mapToObj(view -> new ViewChange.Entry(1, backup.forged(view).digest(), view))
                .toList();
        ViewChange movedOn = new ViewChange(2, 0, List.of(START), List.of(), twice);
        ViewChange first = new ViewChange(2, 0, List.of(START), voted.prepared(), voted.prePrepared());
        ViewChange none = new ViewChange(2, 0, List.of(START), List.of(), List.of());
        assertThat(preparesAfter(first, movedOn, none, unknown)).isZero();
    }

    /** Amendment AG10. */
    @Test
    void whatQHasNoRoomForIsRememberedUntilTheCheckpointIsStable() {
        VoteHistory history = new VoteHistory(new Quorums(4));
        Batch first = backup.forged(1);
        history.prePrepared(1, first, 0);
        for (int view = 1; view <= 3; view++) {
            history.prePrepared(1, backup.forged(1 + view), view);
        }
        assertThat(history.holds(1, first.digest())).isFalse();
        assertThat(history.votedFor(1, first.digest())).isTrue();
        assertThat(history.votedFor(2, first.digest()))
                .as("what changes nothing at one seqno may at another")
                .isFalse();
        history.cut(1);
        assertThat(history.votedFor(1, first.digest())).isFalse();
    }
}
