package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.state.PagedState;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Fetch;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.MetaData;
import dev.bft.wire.PageData;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How long a replica that fetches waits for an answer before it asks again. */
class CatchupTest {
    private static final int PERIOD = 8;
    private static final int PAGES = 3000;
    private static final int SERVER = 1;
    private static final long TICK = 5_000_000L;
    private static final long MILLISECOND = 1_000_000L;

    private final Node node = new Node(Lone.settings(0, PERIOD, 8 * PERIOD), new PlainKeys());
    private final Node other = new Node(Lone.settings(1, PERIOD, 8 * PERIOD), new PlainKeys());
    private final PagedState mine = state(0);
    private final PagedState theirs = state(1);
    private final Log log = new Log(node.settings);
    private final Checkpoints checkpoints = new Checkpoints(node);
    private final Catchup catchup = new Catchup(node, log, checkpoints, mine);
    private final Serving serving = new Serving(other, new Log(other.settings), theirs);
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final Map<Integer, Integer> asked = new TreeMap<>();
    private int askedAgain;

    /** Of those that announced the checkpoint who answers; empty: whoever is asked. */
    private Optional<Integer> answering = Optional.empty();

    private int inVain;

    private record Answer(long at, Message message) {}

    private static PagedState state(int content) {
        return new PagedState((page, target) -> Arrays.fill(target, (byte) (content * (page % 100))), 1, PAGES);
    }

    @Test
    void overALongWayEveryPageIsAskedForOnce() throws MalformedException {
        fetch(120 * MILLISECOND);
        assertThat(askedAgain).isZero();
    }

    @Test
    void theWaitIsShortAgainForTheNextTransfer() throws MalformedException {
        fetch(120 * MILLISECOND);
        catchup.end();
        catchup.want(Optional.of(new Checkpoint(2 * PERIOD, Digest.of(new byte[1]), true)));
        catchup.tick();
        node.out.take();
        node.now += 100 * MILLISECOND;
        catchup.tick();
        assertThat(node.out.take()).as("after 100 ms").anyMatch(Effect.SendToReplica.class::isInstance);
    }

    @Test
    void whoDoesNotHoldTheCheckpointAnyMoreIsAskedOnce() throws MalformedException {
        Checkpoint stable = new Checkpoint(PERIOD, theirs.recompute(PERIOD), true);
        for (int replica : List.of(SERVER, 2, 3)) {
            assertThat(checkpoints.onCheckpoint(replica, stable, 0)).isTrue();
        }
        answering = Optional.of(SERVER);
        fetch(TICK);
        assertThat(inVain).as("asked in vain").isPositive();
        assertThat(node.now).as("the two waited for together").isLessThan(200 * MILLISECOND);
    }

    @Test
    void allThatHoldTheCheckpointAreAskedForItsRoot() {
        Checkpoint stable = new Checkpoint(PERIOD, theirs.recompute(PERIOD), true);
        for (int replica : List.of(SERVER, 2, 3)) {
            assertThat(checkpoints.onCheckpoint(replica, stable, 0)).isTrue();
        }
        catchup.want(Optional.of(stable));
        catchup.tick();
        assertThat(node.out.take().stream()
                        .filter(Effect.SendToReplica.class::isInstance)
                        .map(sent -> ((Effect.SendToReplica) sent).replica()))
                .containsExactlyInAnyOrder(SERVER, 2, 3);
    }

    /** Everything, each answer so long after it was asked for. */
    private void fetch(long roundTrip) throws MalformedException {
        mine.recompute(0);
        Digest digest = theirs.recompute(PERIOD);
        catchup.want(Optional.of(new Checkpoint(PERIOD, digest, true)));
        while (catchup.finished().isEmpty()) {
            assertThat(node.now).as("the end comes").isLessThan(60_000 * MILLISECOND);
            node.now += TICK;
            other.now = node.now;
            while (!answers.isEmpty() && answers.element().at <= node.now) {
                receive(answers.remove().message);
            }
            catchup.tick();
            serve(roundTrip);
        }
    }

    private void receive(Message message) {
        if (message instanceof MetaData digests) {
            catchup.onMetaData(Optional.of(SERVER), digests);
        } else if (message instanceof PageData pages) {
            catchup.onPageData(Optional.of(SERVER), pages);
        }
    }

    private void serve(long roundTrip) throws MalformedException {
        for (Effect effect : node.out.take()) {
            if (effect instanceof Effect.SendToReplica send
                    && Envelope.read(send.frame()).message() instanceof Fetch fetch) {
                if (answering.filter(one -> one != send.replica()).isPresent()) {
                    inVain++;
                    continue;
                }
                note(fetch);
                serving.onFetch(1, fetch);
            }
        }
        serving.tick();
        for (Effect effect : other.out.take()) {
            if (effect instanceof Effect.SendToReplica send) {
                answers.add(new Answer(
                        node.now + roundTrip, Envelope.read(send.frame()).message()));
            }
        }
    }

    private void note(Fetch fetch) {
        if (fetch.level() == Fetch.Level.PAGE) {
            for (int page : fetch.indices()) {
                askedAgain += asked.merge(page, 1, Integer::sum) > 1 ? 1 : 0;
            }
        }
    }
}
