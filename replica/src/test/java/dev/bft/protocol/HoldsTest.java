package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Hold;
import dev.bft.wire.Message;
import dev.bft.wire.PrePrepare;
import org.junit.jupiter.api.Test;

/** A proposal with a request that replicas cannot tell to be its client's (section 3.6, amendment AG7). */
final class HoldsTest {
    /** Of the view timeout of a {@link Lone} one, in milliseconds: an eighth, and a half. */
    private static final int PATIENCE = 25;

    private static final int GRACE = 100;

    private final Lone backup = new Lone(1);
    private final Batch batch = backup.forged(7);

    private void propose() {
        // It has new keys by then for all whom it met, who would have to say everything again.
        pass(100);
        backup.say(0, new PrePrepare(0, 1, batch));
    }

    private Hold hold() {
        return new Hold(0, 1, batch.digest(), batch.requests().get(0).digest());
    }

    private void pass(int millis) {
        for (int i = 0; i < millis; i += 5) {
            backup.tick(5);
        }
    }

    private long facts(Class<? extends Fact> kind) {
        return backup.facts.stream().filter(kind::isInstance).count();
    }

    @Test
    void whoHoldsAProposalSaysSoAgainAndAgain() {
        propose();
        pass(PATIENCE - 5);
        assertThat(backup.sentOf(Message.Type.HOLD)).isZero();
        pass(5);
        assertThat(backup.sent).contains(hold());
        long once = backup.sentOf(Message.Type.HOLD);
        pass(PATIENCE);
        assertThat(backup.sentOf(Message.Type.HOLD)).isEqualTo(2 * once);
    }

    @Test
    void aloneItEndsNoView() {
        propose();
        pass(10 * GRACE);
        assertThat(facts(Fact.ViewLeft.class)).isZero();
        assertThat(facts(Fact.Quarantined.class)).isZero();
    }

    @Test
    void withAnotherItEndsTheViewWhenTheClientHadTimeToSign() {
        propose();
        pass(PATIENCE);
        backup.say(2, hold());
        pass(GRACE - 5);
        assertThat(facts(Fact.ViewLeft.class)).isZero();
        pass(5);
        assertThat(facts(Fact.ViewLeft.class)).isEqualTo(1);
        assertThat(facts(Fact.Quarantined.class)).isZero();
    }

    /** It may have the client's signature by now, or f+1 others voted. */
    @Test
    void whoVotedHoldsNothing() {
        propose();
        pass(PATIENCE);
        backup.say(2, hold());
        pass(GRACE / 2);
        backup.say(2, Lone.prepare(1, batch));
        pass(4 * GRACE);
        assertThat(facts(Fact.ViewLeft.class)).isZero();
    }

    /** A process that did not run has seen nobody wait. */
    @Test
    void timeInWhichTheReplicaDidNotRunDoesNotCount() {
        propose();
        pass(PATIENCE);
        backup.say(2, hold());
        backup.tick(10L * GRACE);
        assertThat(facts(Fact.ViewLeft.class)).isZero();
        backup.say(2, hold());
        backup.say(3, hold());
        pass(GRACE);
        assertThat(facts(Fact.ViewLeft.class)).isEqualTo(1);
    }

    @Test
    void ofADecidedProposalNothingIsSaid() {
        propose();
        pass(PATIENCE);
        backup.say(2, hold());
        backup.say(2, Lone.commit(1, batch));
        backup.say(3, Lone.commit(1, batch));
        backup.say(0, Lone.commit(1, batch));
        pass(2 * GRACE);
        assertThat(facts(Fact.ViewLeft.class)).isZero();
    }

    @Test
    void whatIsSaidOfNothingThatIsHereIsDropped() {
        propose();
        backup.say(2, new Hold(0, 2, batch.digest(), hold().request()));
        backup.say(2, new Hold(0, 1, hold().request(), hold().request()));
        backup.say(2, new Hold(0, 1, batch.digest(), batch.digest()));
        assertThat(backup.drops(Drop.UNASKED)).isEqualTo(3);
        backup.say(2, new Hold(1, 1, batch.digest(), hold().request()));
        assertThat(backup.drops(Drop.WRONG_VIEW)).isEqualTo(1);
    }
}
