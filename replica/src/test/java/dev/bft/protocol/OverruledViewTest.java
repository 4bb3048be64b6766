package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Decided;
import dev.bft.wire.Digest;
import dev.bft.wire.Message;
import dev.bft.wire.NewView;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Vote;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A straggler's view was overtaken: what committed in a later one is known here before, or beside, the NEW-VIEW that
 * chose otherwise. That is nobody's fault, and no end of anything but the view (AG5, AG11).
 */
class OverruledViewTest {
    private static final Digest STATE = new Digest(1, 2, 3, 4);

    private final Lone straggler = new Lone(3);
    private final Batch chosen = Batch.of(List.of(), new byte[] {1});
    private final Batch fact = Batch.of(List.of(), new byte[] {2});
    private final NewView late = new NewView(6, List.of(), 0, STATE, List.of(chosen.digest()));

    private void tellFact() {
        straggler.say(0, new Decided(1, fact.digest()));
        straggler.say(2, new Decided(1, fact.digest()));
        straggler.pass(new Body(1, fact));
        assertThat(straggler.replica.status().executed()).isEqualTo(1);
    }

    /** f+1 are, or were, active with it. */
    private void tellLateNewView() {
        straggler.say(0, late);
        straggler.say(1, late);
        straggler.pass(new Body(1, chosen));
        straggler.sync();
    }

    private static void isInTheViewAfter(Lone replica) {
        replica.tick(10);
        assertThat(replica.replica.status().view()).isEqualTo(7);
        assertThat(replica.replica.status().phase()).isEqualTo("view-change");
        assertThat(replica.facts).noneMatch(Fact.Alarm.class::isInstance);
        assertThat(replica.sentOf(Message.Type.PREPARE)).isZero();
    }

    @Test
    void aNewViewThatComesAfterTheFactIsLeft() {
        tellFact();
        tellLateNewView();
        isInTheViewAfter(straggler);
        assertThat(straggler.sentOf(Message.Type.VIEW_CHANGE)).isEqualTo(3);
    }

    @Test
    void aNewViewThatWaitsForABodyWhenTheFactComesIsLeft() {
        straggler.say(0, late);
        straggler.say(1, late);
        tellFact();
        isInTheViewAfter(straggler);
    }

    /** The vote that is on disk is in Q; no other follows it. */
    @Test
    void aViewThatBeganBeforeTheFactIsLeftAtTheNextBootAndNothingIsForgotten() {
        straggler.say(0, new PrePrepare(0, 1, chosen));
        straggler.sync();
        straggler.sent.clear();
        tellLateNewView();
        assertThat(straggler.replica.status().view()).isEqualTo(6);
        assertThat(straggler.sent).contains(new Vote(Message.Type.PREPARE, 6, 1, chosen.digest()));
        tellFact();
        straggler.sync();
        Lone again = new Lone(3, straggler.records);
        again.sync();
        isInTheViewAfter(again);
        assertThat(again.replica.status().executed()).isEqualTo(1);
        List<byte[]> both = new ArrayList<>(straggler.records);
        both.addAll(again.records);
        Lone third = new Lone(3, both);
        assertThat(third.replica.status().view()).isEqualTo(7);
        assertThat(third.replica.status().executed()).isEqualTo(1);
    }

    /** AG11: what 2f+1 committed in an earlier view no NEW-VIEW changes, while no more than f are faulty. */
    @Test
    void aNewViewAgainstWhatProvedToHaveCommittedBeforeItIsAnAlarmAndTheEnd() {
        for (int i = 0; i < 3; i++) {
            straggler.say(i, new Vote(Message.Type.COMMIT, 2, 1, fact.digest()));
        }
        straggler.pass(new Body(1, fact));
        straggler.say(0, late);
        assertThatThrownBy(() -> {
                    straggler.say(1, late);
                    straggler.pass(new Body(1, chosen));
                })
                .hasMessageContaining("keeps what committed");
    }

    /** What was proposed before the straggler's view was overtaken, and comes after it, is no second proposal. */
    @Test
    void aProposalThatIsOvertakenByTheFactBlamesNobody() {
        tellFact();
        straggler.say(0, new PrePrepare(0, 1, chosen));
        straggler.sync();
        assertThat(straggler.drops(Drop.CONFLICT)).isEqualTo(1);
        assertThat(straggler.facts).noneMatch(Fact.Alarm.class::isInstance);
        assertThat(straggler.sentOf(Message.Type.PREPARE)).isZero();
    }
}
