package dev.bft.sim;

import dev.bft.wire.Message;
import dev.bft.wire.Reply;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;

/** What clients must not believe: replies of several views, and of several ways of asking, taken together (3.7, 3.9). */
final class BeliefScripts {
    private static final Set<Message.Type> VOTES = EnumSet.of(Message.Type.PREPARE, Message.Type.COMMIT);
    private static final int CELL = TentativeScripts.CELL;
    /** Replies that left have arrived. */
    private static final long A_WHILE = 10 * Plan.MILLIS;

    /** A read that was not answered has been ordered. */
    private static final long ORDERED = 500 * Plan.MILLIS;

    private BeliefScripts() {}

    /** The node of the first client. */
    private static int asker(Stage stage) {
        return stage.replicas();
    }

    private static boolean isRequest(Stage stage, int from, Message.Type type) {
        return type == Message.Type.REQUEST && from == asker(stage);
    }

    /**
     * f replicas alone prepare a write in one view and tell its client; without them f+1 others, f of them faulty, do so in
     * a later one at another seqno, where the faulty ones deny it then. All in all that is a quorum, and nothing that lasts:
     * a third view begins without the write, and somebody reads.
     */
    static void twoViews(Stage stage) {
        int faulty = stage.plan().faulty();
        stage.batches(20);
        TentativeScripts.quiet(stage);
        stage.network()
                .set((from, to, type) -> (!isRequest(stage, from, type) || to == 0)
                        && (!VOTES.contains(type) || (to < faulty && type == Message.Type.PREPARE)));
        stage.nodes().client(0).ask(Operation.Kind.PUT, CELL, false);
        stage.until("f to tell", () -> areAhead(stage, 0, faulty));
        stage.sleep(A_WHILE);
        long view = stage.view();
        Runnable[] mends = IntStream.range(0, faulty)
                .mapToObj(stage.network().cuts()::around)
                .toArray(Runnable[]::new);
        stage.network().set((from, to, type) -> !isRequest(stage, from, type) && !VOTES.contains(type));
        stage.nodes().client(1).ask(Operation.Kind.ADD, CELL, false);
        stage.viewAfter(view);
        stage.network().set((from, to, type) -> !isRequest(stage, from, type));
        TentativeScripts.isAnswered(stage, 1);
        stage.until("what was answered to commit", () -> nobodyIsAhead(stage, faulty, stage.replicas()));
        int liars = stage.replicas() - faulty;
        stage.network()
                .set((from, to, type) -> !VOTES.contains(type)
                        || (type == Message.Type.PREPARE && (to == faulty || (to >= liars && to < stage.replicas()))));
        stage.until("another to tell", () -> areAhead(stage, faulty, faulty + 1));
        stage.sleep(A_WHILE);
        long later = stage.view();
        Runnable mend = stage.network().cuts().around(faulty);
        for (Runnable each : mends) {
            each.run();
        }
        stage.network().set((from, to, type) -> !VOTES.contains(type));
        stage.viewAfter(later);
        stage.sleep(5 * A_WHILE);
        boolean waits = TentativeScripts.isWaiting(stage, 0);
        stage.nodes().client(1).ask(Operation.Kind.GET, CELL, true);
        stage.sleep(A_WHILE);
        stage.mark(waits && later > view && stage.tally().done(Behaviour.OMITTED_P) > 0);
        mend.run();
        stage.network().set(Gate.OPEN);
        TentativeScripts.isAnswered(stage, 0);
        TentativeScripts.isAnswered(stage, 1);
        TentativeScripts.resume(stage);
        stage.batches(20);
    }

    private static boolean areAhead(Stage stage, int first, int end) {
        return IntStream.range(first, end).allMatch(i -> stage.ahead(i).isPresent());
    }

    private static boolean nobodyIsAhead(Stage stage, int first, int end) {
        return IntStream.range(first, end).noneMatch(i -> stage.ahead(i).isPresent());
    }

    /** What is answered to a read comes only when it was ordered after all, and after a write. */
    static void orderedAfterAll(Stage stage) {
        stage.batches(20);
        TentativeScripts.quiet(stage);
        int[] held = {0};
        stage.network().holdBack((to, frame) -> {
            boolean read = to == asker(stage)
                    && Frames.isOf(Message.Type.REPLY, frame)
                    && ((Reply) Frames.message(frame)).basis() == Reply.Basis.READ;
            held[0] += read ? 1 : 0;
            return read;
        });
        stage.network().set((from, to, type) -> type != Message.Type.REPLY || to != asker(stage));
        stage.nodes().client(0).ask(Operation.Kind.GET, CELL, true);
        stage.until("all to answer", () -> held[0] >= stage.replicas());
        stage.nodes().client(1).ask(Operation.Kind.PUT, CELL, false);
        TentativeScripts.isAnswered(stage, 1);
        stage.sleep(ORDERED);
        stage.network().letGo();
        stage.sleep(A_WHILE);
        stage.mark(TentativeScripts.isWaiting(stage, 0));
        stage.network().set(Gate.OPEN);
        TentativeScripts.isAnswered(stage, 0);
        TentativeScripts.resume(stage);
        stage.batches(20);
    }
}
