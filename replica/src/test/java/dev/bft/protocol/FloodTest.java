package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Bits;
import dev.bft.wire.Body;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Decided;
import dev.bft.wire.Digest;
import dev.bft.wire.Fetch;
import dev.bft.wire.ForwardedViewChange;
import dev.bft.wire.Hold;
import dev.bft.wire.KeyAsk;
import dev.bft.wire.Message;
import dev.bft.wire.MetaData;
import dev.bft.wire.NewView;
import dev.bft.wire.PageData;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Status;
import dev.bft.wire.StatusPending;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChangeAck;
import dev.bft.wire.Vote;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever sends too much is not listened to for a while, whatever it sends (11-A6, S72). */
class FloodTest {
    private static final int PRIMARY = 0;
    private static final int BACKUP = 1;
    private static final int ENOUGH = 4_100;
    private static final Digest SOME = Digest.of(new byte[] {1});
    private static final Bits NONE = Bits.ofSize(0);

    private final Lone lone = new Lone(3);

    private long reports() {
        return lone.facts.stream().filter(Fact.Muted.class::isInstance).count();
    }

    private long mutes() {
        return lone.mutes.size();
    }

    /** A message of the sort of each that replicas send each other, from the one that may send it. */
    static Stream<Message> messages() {
        Batch empty = Batch.NULL;
        ViewChange change = new ViewChange(1, 0, List.of(new ViewChange.Held(0, SOME)), List.of(), List.of());
        return Stream.of(
                new PrePrepare(0, 1, Batch.of(List.of(), 1, new byte[0])),
                new Vote(Message.Type.PREPARE, 0, 1, SOME),
                new Vote(Message.Type.COMMIT, 0, 1, SOME),
                new Decided(1, SOME),
                new Body(1, empty),
                new Hold(0, 1, SOME, SOME),
                new Checkpoint(8, SOME, false),
                new Status(0, 0, 0, 1, false, NONE, NONE, NONE),
                new StatusPending(1, 0, 0, 1, false, NONE, NONE, List.of()),
                change,
                new ViewChangeAck(1, 2, SOME),
                new NewView(1, List.of(), 0, SOME, List.of()),
                new ForwardedViewChange(2, change),
                new Fetch(8, Fetch.Level.ROOT, List.of(0)),
                new MetaData(8, Fetch.Level.ROOT, 0, List.of(SOME)),
                new PageData(8, List.of()),
                new KeyAsk());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void noneIsHeardForEver(Message message) {
        int sender = message instanceof PrePrepare ? PRIMARY : BACKUP;
        lone.tick(100);
        lone.say(sender, new Vote(Message.Type.COMMIT, 0, 2, SOME));
        IntStream.range(0, ENOUGH).forEach(i -> lone.say(sender, message));
        assertThat(mutes()).as(message.toString()).isPositive();
        assertThat(lone.mutes.get(0).link()).isEqualTo(sender);
        assertThat(reports()).isEqualTo(1);
    }

    @Test
    void garbageOfAReplicaCountsForItAndForNobodyElse() {
        byte[] garbage = new byte[100];
        IntStream.range(0, ENOUGH).forEach(i -> lone.give(new Event.Received(BACKUP, garbage)));
        assertThat(mutes()).isPositive();
        lone.mutes.clear();
        lone.say(PRIMARY, new Vote(Message.Type.COMMIT, 0, 1, SOME));
        lone.give(new Event.Received(2, garbage));
        assertThat(mutes()).isZero();
    }

    /** Nobody is muted for what others did before it had a chance: each link has some of its own. */
    @Test
    void strangersHaveLittleOfTheirOwnAndTheRestTogether() {
        byte[] garbage = new byte[100];
        IntStream.range(0, ENOUGH).forEach(i -> lone.give(new Event.Received(100_000, garbage)));
        assertThat(mutes()).isPositive();
        lone.mutes.clear();
        IntStream.range(0, 60).forEach(i -> lone.give(new Event.Received(100_001, garbage)));
        assertThat(mutes()).isZero();
        IntStream.range(0, 60).forEach(i -> lone.give(new Event.Received(100_001, garbage)));
        assertThat(mutes()).isPositive();
    }

    @Test
    void whatIsLongCountsForMore() {
        byte[] garbage = new byte[1 << 20];
        IntStream.range(0, 20).forEach(i -> lone.give(new Event.Received(BACKUP, garbage)));
        assertThat(mutes()).isPositive();
    }

    @Test
    void aPauseIsEnoughForAThousandMore() {
        byte[] garbage = new byte[100];
        lone.say(BACKUP, new Vote(Message.Type.COMMIT, 0, 2, SOME));
        IntStream.range(0, ENOUGH).forEach(i -> lone.give(new Event.Received(BACKUP, garbage)));
        lone.mutes.clear();
        lone.tick(1000);
        IntStream.range(0, 990).forEach(i -> lone.give(new Event.Received(BACKUP, garbage)));
        assertThat(mutes()).isZero();
        IntStream.range(0, 20).forEach(i -> lone.give(new Event.Received(BACKUP, garbage)));
        assertThat(mutes()).isPositive();
        assertThat(reports()).as("reported once in ten seconds").isEqualTo(1);
    }

    /** Of what is said in the normal case all is useless for who has fallen behind: as much as others execute is no flood. */
    @Test
    void whoHasFallenBehindGoesOnListening() {
        lone.tick(100);
        assertThat(isMutedThough(List.of(2))).as("on the word of one").isTrue();
        lone.mutes.clear();
        lone.tick(5000);
        assertThat(isMutedThough(List.of(PRIMARY, 2)))
                .as("one of two is correct")
                .isFalse();
    }

    /** Whether a replica is muted that says twice as much of no use as it may, though these say that they went on. */
    private boolean isMutedThough(List<Integer> going) {
        Vote far = new Vote(Message.Type.COMMIT, 0, 1_000_000, SOME);
        IntStream.range(0, ENOUGH - 200).forEach(i -> lone.say(BACKUP, far));
        for (int replica : going) {
            lone.say(replica, new Status(0, 2000, 2000, 1L + going.size(), false, NONE, NONE, NONE));
        }
        IntStream.range(0, ENOUGH - 200).forEach(i -> lone.say(BACKUP, far));
        return mutes() > 0;
    }
}
