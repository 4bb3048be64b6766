package dev.bft.protocol;

import static dev.bft.protocol.ScriptedReplicas.bytes;
import static dev.bft.protocol.ScriptedReplicas.inView;
import static dev.bft.protocol.ScriptedReplicas.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which 2f+1 replies make a result: tentative ones, digests, and those to what only reads (sections 3.7 to 3.9). */
final class ClientQuorumTest {
    private static final String LONG = "a result of more than 32 bytes, so that its digest is shorter";

    private final ScriptedReplicas all = ScriptedReplicas.connected();

    @BeforeEach
    void open() {
        all.agree(ok(all.invoked(0, "first"), "done"));
        List.of(0, 1, 2, 3).forEach(all::takeFrames);
    }

    private static Reply tentative(Request request, String result, long view) {
        return inView(ok(request, result), view).asTentative();
    }

    private boolean isDone() {
        return all.completed.size() > 1;
    }

    @Test
    void tentativeRepliesOfOneViewMakeAResult() {
        Request request = all.invoked(1, "op");
        for (int i : List.of(0, 1, 2)) {
            assertThat(isDone()).isFalse();
            all.say(i, tentative(request, "done", 3));
        }
        assertThat(all.result(1)).isEqualTo("done");
        assertThat(all.core.status().view()).isEqualTo(3);
    }

    @Test
    void tentativeRepliesOfDifferentViewsDoNotAddUp() {
        Request request = all.invoked(1, "op");
        all.say(0, tentative(request, "done", 0));
        all.say(1, tentative(request, "done", 0));
        all.say(2, tentative(request, "done", 1));
        all.say(3, tentative(request, "done", 1));
        assertThat(isDone()).isFalse();
        all.say(0, tentative(request, "done", 1));
        assertThat(all.result(1)).isEqualTo("done");
    }

    @Test
    void committedOnesCountBesideTentativeOnesOfAnyView() {
        Request request = all.invoked(1, "op");
        all.say(0, tentative(request, "done", 0));
        all.say(1, inView(ok(request, "done"), 5));
        all.say(2, tentative(request, "done", 1));
        assertThat(isDone()).isFalse();
        all.say(3, inView(ok(request, "done"), 7));
        assertThat(all.result(1)).isEqualTo("done");
    }

    @Test
    void theReplierChangesFromRequestToRequest() {
        List<Integer> repliers = List.of(1L, 2L, 3L, 4L).stream()
                .map(token -> {
                    Request request = all.invoked(token, "op");
                    all.agree(ok(request, "done"));
                    return request.replier();
                })
                .toList();
        assertThat(repliers).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void digestsAloneWaitUntilAllAreAskedForTheResult() {
        Request request = all.invoked(1, "op");
        for (int i = 0; i < 4; i++) {
            all.say(i, ok(request, LONG).asDigest());
        }
        assertThat(isDone()).isFalse();
        all.pass(150);
        for (int i = 0; i < 4; i++) {
            assertThat(all.takeRequests(i)).extracting(Request::replier).containsExactly(Request.ALL);
        }
        all.say(3, ok(request, LONG));
        assertThat(all.result(1)).isEqualTo(LONG);
    }

    @Test
    void aResultIsTakenFromWhoeverSentItIfItHasTheDigest() {
        Request request = all.invoked(1, "op");
        all.say(0, tentative(request, LONG, 0));
        all.say(1, tentative(request, LONG, 1).asDigest());
        all.say(2, tentative(request, LONG, 1).asDigest());
        assertThat(isDone()).isFalse();
        all.say(3, tentative(request, LONG, 1).asDigest());
        assertThat(all.result(1)).isEqualTo(LONG);
    }

    @Test
    void anotherResultThanTheDigestsSayIsNotTaken() {
        Request request = all.invoked(1, "op");
        all.say(0, ok(request, LONG + "?"));
        for (int i : List.of(1, 2, 3)) {
            all.say(i, ok(request, LONG).asDigest());
        }
        assertThat(isDone()).isFalse();
        all.say(1, ok(request, LONG));
        assertThat(all.result(1)).isEqualTo(LONG);
    }

    @Test
    void whatOnlyReadsGoesToAllAtOnce() {
        all.read(1, "get");
        for (int i = 0; i < 4; i++) {
            List<Request> requests = all.takeRequests(i);
            assertThat(requests).extracting(Request::kind).containsExactly(Request.Kind.READ);
            assertThat(requests.get(0).operation()).isEqualTo(bytes("get"));
        }
    }

    @Test
    void aReadNeedsTwoFPlusOneEqualAnswersOfWhateverViews() {
        all.read(1, "get");
        Request read = all.lastRequest();
        all.say(0, inView(ok(read, "value"), 3).asRead());
        all.say(1, ok(read, "another").asRead());
        all.say(2, inView(ok(read, "value"), 4).asRead());
        assertThat(isDone()).isFalse();
        all.say(3, ok(read, "value").asRead());
        assertThat(all.result(1)).isEqualTo("value");
        assertThat(all.core.status().retransmissions()).isZero();
    }

    @Test
    void aReadThatIsNotAnsweredAlikeIsOrderedUnderTheSameNumber() {
        all.read(1, "get");
        Request read = all.lastRequest();
        all.say(0, ok(read, "old").asRead());
        all.say(1, ok(read, "old").asRead());
        all.say(2, ok(read, "new").asRead());
        all.pass(150);
        Request ordered = all.lastRequest();
        assertThat(ordered.kind()).isEqualTo(Request.Kind.OPERATION);
        assertThat(ordered.number()).isEqualTo(read.number());
        assertThat(ordered.replier()).isEqualTo(Request.ALL);
        assertThat(ordered.signature()).isNotEmpty();
        assertThat(ordered.digest(ScriptedReplicas.CLIENT)).isEqualTo(read.digest(ScriptedReplicas.CLIENT));
        all.agree(ok(ordered, "new"));
        assertThat(all.result(1)).isEqualTo("new");
    }

    @Test
    void aReadThatCannotBeAnsweredAlikeAnyMoreIsOrderedAtOnce() {
        all.read(1, "get");
        Request read = all.lastRequest();
        all.say(0, ok(read, "old").asRead());
        all.say(1, ok(read, "new").asRead());
        all.say(2, ok(read, "old").asRead());
        assertThat(all.takeRequests(0)).isEmpty();
        all.say(3, ok(read, "new").asRead());
        Request ordered = all.lastRequest();
        assertThat(ordered.kind()).isEqualTo(Request.Kind.OPERATION);
        assertThat(ordered.number()).isEqualTo(read.number());
        assertThat(all.core.status().retransmissions()).isEqualTo(1);
        all.agree(ok(ordered, "new"));
        assertThat(all.result(1)).isEqualTo("new");
    }

    /** What was read may be older than what an ordered operation answers with, and the other way round. */
    @Test
    void answersToAReadAndToTheOrderedOperationAreNotAddedUp() {
        all.read(1, "get");
        Request read = all.lastRequest();
        all.say(0, ok(read, "old"));
        all.say(0, ok(read, "old").asTentative());
        assertThat(all.drops("unasked")).isEqualTo(2);
        all.say(1, ok(read, "old").asRead());
        all.say(2, ok(read, "old").asRead());
        all.pass(150);
        all.say(3, ok(read, "old").asRead());
        all.say(0, ok(read, "old").asRead());
        assertThat(all.drops("unasked")).isEqualTo(4);
        all.say(3, ok(read, "old").asTentative());
        all.say(0, ok(read, "old"));
        assertThat(isDone()).isFalse();
        all.say(1, ok(read, "old"));
        assertThat(all.result(1)).isEqualTo("old");
    }

    @Test
    void theNextOperationAfterAReadHasTheNextNumber() {
        all.read(1, "get");
        Request read = all.lastRequest();
        List.of(0, 1, 2).forEach(i -> all.say(i, ok(read, "value").asRead()));
        assertThat(all.invoked(2, "op").number()).isEqualTo(read.number() + 1);
    }
}
