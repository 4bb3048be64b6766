package dev.bft.sim;

import dev.bft.protocol.Replica;
import dev.bft.protocol.ReplicaStatus;
import dev.bft.wire.Message;

/** Checkpoints and the fetching of states (12.3: S43 to S49; the traces of the amendments RC5 and RC10). */
final class StateScripts {
    private static final int PAGE = 4096;
    /** What a replica may be sent beyond two states at once, and then in 20 ms. */
    private static final long AT_ONCE = 512;

    private static final long PER_20_MILLIS = 160;

    private StateScripts() {}

    private static long period(Stage stage) {
        return stage.plan().tunables().checkpointPeriod();
    }

    private static long executed(Stage stage, int replica) {
        return stage.nodes()
                .replica(replica)
                .status()
                .map(ReplicaStatus::executed)
                .orElse(0L);
    }

    private static long stable(Stage stage, int replica) {
        return stage.nodes()
                .replica(replica)
                .status()
                .map(ReplicaStatus::stable)
                .orElse(0L);
    }

    private static void awaitTransfer(Stage stage, long before) {
        stage.within(5 * Plan.SECONDS, "a transfer", () -> stage.tally().of(Tally.Count.TRANSFERS) > before);
    }

    /** A replica is cut off until the others' logs cannot help it any more, and hears them again. */
    private static void fallsBehind(Stage stage, int replica) {
        stage.batches(20);
        Runnable mend = stage.network().cuts().around(replica);
        stage.batches(2 * stage.plan().tunables().logSize() + 2 * period(stage));
        mend.run();
    }

    /**
     * A replica whose state is wrong executes some batches above a checkpoint before it hears that f+1 others have
     * another one there: it fetches that, and executes those batches again.
     */
    static void fetchBack(Stage stage) {
        int last = stage.replicas() - 1;
        stage.batches(20);
        stage.until(
                "a checkpoint",
                () -> stable(stage, last) > 0
                        && executed(stage, last) + 2 >= stage.length()
                        && executed(stage, last) < stable(stage, last) + period(stage) / 2);
        long next = stable(stage, last);
        stage.network().holdBack(last, frame -> Frames.isOf(Message.Type.CHECKPOINT, frame));
        stage.goAstray(last);
        stage.until(
                "two batches above the next",
                () -> executed(stage, last) >= next + period(stage) + 2 || stage.length() > next + 3 * period(stage));
        stage.network().letGo();
        stage.until("a transfer", () -> stage.tally().of(Tally.Count.TRANSFERS) > 0);
        stage.mark(stage.tally().of(Tally.Count.FETCHED_BACK) > 0);
        stage.batches(4 * period(stage));
    }

    /** A replica's state becomes another: it finds that out by the others' checkpoints, says so, and repairs it. */
    static void diverges(Stage stage) {
        for (int i = 0; i < stage.plan().faulty(); i++) {
            long transfers = stage.tally().of(Tally.Count.TRANSFERS);
            stage.batches(20);
            stage.goAstray(i);
            stage.until("a transfer", () -> stage.tally().of(Tally.Count.TRANSFERS) > transfers);
            stage.batches(4 * period(stage));
        }
        stage.mark(stage.tally().of(Tally.Count.ALARMS) >= stage.plan().faulty());
        stage.changeView();
    }

    /**
     * While a replica fetches, the others go on to later checkpoints and forget the one it began with; then it has pages
     * of a liar only, right ones and wrong ones, and of several checkpoints.
     */
    static void laterCheckpoints(Stage stage) {
        int last = stage.replicas() - 1;
        stage.network().set((from, to, type) -> to != last || type != Message.Type.PAGE_DATA);
        fallsBehind(stage, last);
        long before = executed(stage, last);
        long targets = stage.tally().of(Tally.Count.TARGETS);
        stage.until("other targets", () -> stage.tally().of(Tally.Count.TARGETS) >= targets + 3);
        stage.mark(executed(stage, last) == before);
        stage.network().set((from, to, type) -> to != last || type != Message.Type.PAGE_DATA || from == 1);
        stage.sleep(Plan.SECONDS);
        stage.network().set(Gate.OPEN);
        stage.within(5 * Plan.SECONDS, "a transfer", () -> executed(stage, last) > before);
        stage.until("a state", () -> stage.nodes().isActive(last));
        stage.changeView();
        stage.batches(20);
    }

    /** One replier lies, and the answers of all come late, some of them after they are needed any more. */
    static void lateAnswers(Stage stage) {
        int last = stage.replicas() - 1;
        for (int round = 0; round < 8; round++) {
            long[] held = {0};
            long transfers = stage.tally().of(Tally.Count.TRANSFERS);
            fallsBehind(stage, last);
            stage.network().holdBack(last, frame -> {
                boolean answer =
                        Frames.isOf(Message.Type.META_DATA, frame) || Frames.isOf(Message.Type.PAGE_DATA, frame);
                held[0] += answer ? 1 : 0;
                return answer;
            });
            stage.until("answers", () -> held[0] > 0);
            stage.sleep(120 * Plan.MILLIS);
            stage.network().letGo();
            awaitTransfer(stage, transfers);
        }
        stage.mark(stage.tally().done(Behaviour.CORRUPT_PAGES) > 0);
        stage.batches(20);
    }

    /** A replica dies while it fetches, and by turns while it writes what it fetched; it comes back and catches up. */
    static void crashes(Stage stage) {
        int last = stage.replicas() - 1;
        boolean early = false;
        boolean late = false;
        for (int round = 0; round < 6; round++) {
            boolean whole = round % 2 == 1;
            Tally.Count moment = whole ? Tally.Count.FETCHED : Tally.Count.TARGETS;
            fallsBehind(stage, last);
            long before = stage.tally().of(moment);
            long transfers = stage.tally().of(Tally.Count.TRANSFERS);
            stage.until("a fetch", () -> stage.tally().of(moment) > before);
            boolean open = stage.tally().of(Tally.Count.TRANSFERS) == transfers;
            early |= open && !whole;
            late |= open && whole;
            stage.kill(last);
            stage.nodes().boot(last);
            stage.within(
                    10 * Plan.SECONDS,
                    "a replica that was killed in a fetch",
                    () -> executed(stage, last) + period(stage) >= stage.length());
        }
        stage.mark(early && late);
        stage.batches(20);
    }

    /**
     * As many as may be faulty announce one invented state and serve it. Nothing becomes stable without all others: with
     * one of them cut off all stop, and nobody takes the word of the faulty ones for it.
     */
    static void colluding(Stage stage) {
        stage.batches(20);
        Runnable mend = stage.network().cuts().around(stage.replicas() - 1);
        stage.sleep(3 * Plan.SECONDS);
        long length = stage.length();
        stage.sleep(Plan.SECONDS);
        stage.mark(stage.tally().done(Behaviour.COLLUDING_STATES) > 0 && stage.length() == length);
        mend.run();
        stage.batches(60);
    }

    /** A replica asks for everything hundreds of times: it gets its state twice, and then slowly. */
    static void flood(Stage stage) {
        int last = stage.replicas() - 1;
        long[] pages = new long[1];
        stage.network().holdBack(last, frame -> {
            pages[0] += Frames.isOf(Message.Type.PAGE_DATA, frame) ? frame.length / PAGE : 0;
            return false;
        });
        fallsBehind(stage, last);
        ViewChangeScripts.killClients(stage);
        stage.until("a fetch", () -> pages[0] > 0);
        for (int i = 0; i < 10; i++) {
            stage.sleep(20 * Plan.MILLIS);
            long state = (long) Replica.protocolPages(stage.plan().tunables().sessions()) + SimService.PAGES;
            long most = (2 * state + AT_ONCE + (i + 2) * PER_20_MILLIS) * (stage.replicas() - 1);
            stage.refuse(
                    pages[0] > most, pages[0] + " pages were sent to who asked too often; " + most + " are enough");
        }
        ViewChangeScripts.ask(stage);
        stage.mark(pages[0] > SimService.PAGES && stage.tally().done(Behaviour.FETCH_FLOOD) > 0);
        stage.batches(40);
    }

    /**
     * The state changes faster than it is fetched, page by page over a slow link: without help a replica never catches
     * up. After it came twice for another checkpoint, the primary slows down for it (RC10).
     */
    static void tooSlow(Stage stage) {
        int last = stage.replicas() - 1;
        stage.network().slowPages(last, 4 * Plan.MILLIS);
        fallsBehind(stage, last);
        long targets = stage.tally().of(Tally.Count.TARGETS);
        stage.within(
                30 * Plan.SECONDS,
                "a replica that keeps up",
                () -> stage.nodes().isActive(last) && executed(stage, last) + period(stage) >= stage.length());
        stage.mark(stage.tally().of(Tally.Count.TARGETS) >= targets + 2);
        stage.batches(4 * period(stage));
    }
}
