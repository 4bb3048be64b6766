package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.state.PagedState;
import dev.bft.wire.Fetch;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom a primary slows down for (amendment RC10): it serves three others that fetch. */
class ServingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int PERIOD = 8;

    private final Node node = new Node(Lone.settings(0, PERIOD, 8 * PERIOD), new PlainKeys());
    private final PagedState state = new PagedState((page, target) -> {}, 1, 3);
    private final Serving serving = new Serving(node, new Log(node.settings), state);

    @BeforeEach
    void fourCheckpoints() {
        for (int number = 1; number <= 4; number++) {
            state.fold((long) number * PERIOD);
        }
        node.now = SECOND;
    }

    @Test
    void whoFetchesOneStateIsNotHelped() {
        fetch(1, 1);
        node.now += 2 * SECOND;
        fetch(1, 1);
        assertThat(isHeldBack()).isFalse();
    }

    @Test
    void whoComesForLaterCheckpointsAgainIsHelped() {
        comesAgain(1);
        assertThat(isHeldBack()).isTrue();
    }

    @Test
    void whoCaughtUpInBetweenIsNotHelped() {
        for (int number = 1; number <= 4; number++) {
            fetch(1, number);
            node.now += SECOND / 2;
            serving.announced(1, (number + 1L) * PERIOD);
        }
        fetch(1, 4);
        node.pace.dirtied(17);
        node.pace.proposed(node.now);
        assertThat(isHeldBack()).isFalse();
    }

    @Test
    void whatItFetchedIsNoSignThatItCaughtUp() {
        fetch(1, 1);
        serving.announced(1, PERIOD);
        comesAgain(1);
        serving.announced(1, 4 * PERIOD);
        assertThat(isHeldBack()).isTrue();
    }

    @Test
    void onlyWhatTheHelpedOneIsServedCounts() {
        comesAgain(1);
        node.pace.dirtied(2);
        page(2, 4);
        page(2, 4);
        assertThat(isHeldBack()).isTrue();
        page(1, 4);
        page(1, 4);
        assertThat(isHeldBack()).isFalse();
    }

    @Test
    void asManyAreHelpedAtOnceAsMayBeFaulty() {
        comesAgain(1);
        node.now += 50 * SECOND;
        assertThat(isHeldBack()).isFalse();
        comesAgain(2);
        assertThat(isHeldBack()).as("the first has its minute").isFalse();
        node.now += 15 * SECOND;
        comesAgain(2);
        assertThat(isHeldBack()).as("then it is another's turn").isTrue();
        node.now += 65 * SECOND;
        comesAgain(1);
        assertThat(isHeldBack()).as("once an hour").isFalse();
    }

    private void comesAgain(int replica) {
        for (int number = 1; number <= 4; number++) {
            fetch(replica, number);
            node.now += SECOND / 2;
        }
        fetch(replica, 4);
        node.pace.dirtied(17);
        node.pace.proposed(node.now);
    }

    private boolean isHeldBack() {
        return !node.pace.allows(node.now);
    }

    private void fetch(int replica, int checkpoint) {
        assertThat(serving.onFetch(replica, new Fetch((long) checkpoint * PERIOD, Fetch.Level.ROOT, List.of())))
                .isTrue();
    }

    private void page(int replica, int checkpoint) {
        assertThat(serving.onFetch(replica, new Fetch((long) checkpoint * PERIOD, Fetch.Level.PAGE, List.of(0))))
                .isTrue();
    }
}
