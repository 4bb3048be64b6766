package dev.bft.sim;

import dev.bft.wire.Message;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** View changes in all situations (12.3: S20 to S33). */
final class ViewChangeScripts {
    static final Set<Message.Type> EXCHANGE =
            EnumSet.of(Message.Type.VIEW_CHANGE, Message.Type.VIEW_CHANGE_ACK, Message.Type.FORWARDED_VIEW_CHANGE);

    /** After this no queue holds what a client that is gone asked for. */
    private static final long UNTIL_FORGOTTEN = 11 * Plan.SECONDS;

    private ViewChangeScripts() {}

    static boolean anyDid(Stage stage) {
        return stage.plan().traitors().values().stream()
                .flatMap(Set::stream)
                .anyMatch(b -> stage.tally().done(b) > 0);
    }

    /** The primary's proposals are lost from now on, and whatever another gate keeps. */
    static void mute(Stage stage, Gate gate) {
        int primary = stage.primary();
        stage.network()
                .set((from, to, type) ->
                        gate.lets(from, to, type) && !(from == primary && type == Message.Type.PRE_PREPARE));
    }

    /** The view changes four times under load. */
    static void change(Stage stage) {
        changes(stage);
        stage.mark(anyDid(stage));
    }

    /** The same, once somebody lied. */
    static void changeAfterLies(Stage stage) {
        stage.batches(10);
        stage.until("a lie", () -> anyDid(stage));
        stage.mark(true);
        changes(stage);
    }

    /** Nothing is prepared: each view votes for another batch at the same seqno. */
    static void contest(Stage stage, int views, Runnable eachTime) {
        for (int i = 0; i < views; i++) {
            stage.nextView();
            eachTime.run();
            int client = i % stage.plan().load().clients();
            stage.nodes().killClient(client);
            stage.nodes().startClient(client);
        }
    }

    /** The view changes eight times with everybody there: a primary whose proposals are lost is left by all, itself too. */
    private static void mutedChanges(Stage stage) {
        for (int i = 0; i < 8; i++) {
            mutedChange(stage, i);
        }
    }

    private static void mutedChange(Stage stage, int number) {
        stage.batches(10 + 3L * number);
        mute(stage, Gate.OPEN);
        stage.nextView();
        stage.network().set(Gate.OPEN);
    }

    private static void changes(Stage stage) {
        for (int i = 0; i < 4; i++) {
            stage.batches(20 + 5L * i);
            stage.changeView();
        }
        stage.batches(20);
    }

    /**
     * The primary goes when everybody has just executed the last batch of a checkpoint; one batch is under way. Every second
     * time that last batch does not commit before: all have executed it ahead, and undo it (10.3).
     */
    static void atCheckpoint(Stage stage) {
        long period = stage.plan().tunables().checkpointPeriod();
        for (int i = 0; i < 8; i++) {
            stage.batches(10 + i);
            long next = (stage.length() / period + 1) * period;
            int primary = stage.primary();
            boolean committed = i % 2 == 0;
            stage.network()
                    .set((from, to, type) -> committed
                            ? !(from == primary && type == Message.Type.PRE_PREPARE) || stage.length() < next
                            : type != Message.Type.COMMIT || stage.length() < next - 1);
            stage.nextView();
            stage.network().set(Gate.OPEN);
        }
        stage.batches(20);
        stage.mark(stage.tally().been(Situation.LEFT_AT_A_CHECKPOINT) >= 4
                && stage.tally().been(Situation.ROLLED_BACK_A_CHECKPOINT) >= 4);
    }

    /**
     * The last replica alone prepares a batch. Without it each view votes for others at the same seqno, until Q of all of
     * them is full of these (6.10). Then it takes the place of f others: what it prepared must be chosen, and nobody else
     * remembers having voted for that.
     */
    static void noProgress(Stage stage) {
        int last = stage.replicas() - 1;
        boolean[] prepared = {false};
        stage.batches(20);
        quiet(stage);
        long length = stage.length();
        stage.network().holdBack(0, frame -> {
            prepared[0] |= Frames.type(frame) == Message.Type.COMMIT
                    && Frames.position(frame).seqno() > length;
            return false;
        });
        stage.network()
                .set((from, to, type) -> type != Message.Type.COMMIT && (type != Message.Type.PREPARE || to == last));
        ask(stage);
        stage.until("a batch that one prepared", () -> prepared[0]);
        Runnable mendLast = stage.network().cuts().around(last);
        voteAfresh(stage, stage.plan().faulty() + 4);
        List<Runnable> mends = cutOff(stage, last);
        mendLast.run();
        stage.nextView();
        stage.network().set(Gate.OPEN);
        stage.batches(20);
        stage.mark(stage.tally().been(Situation.FULL_Q) > 0 && stage.tally().been(Situation.FORGOTTEN_CHOSEN) > 0);
        mends.forEach(Runnable::run);
        stage.batches(20);
    }

    /** Cuts f replicas off: the primary and those before it, but not this one. */
    private static List<Runnable> cutOff(Stage stage, int spared) {
        List<Runnable> mends = new ArrayList<>();
        int primary = stage.primary();
        for (int i = 0; mends.size() < stage.plan().faulty(); i++) {
            int replica = (primary + stage.replicas() - i) % stage.replicas();
            if (replica != spared) {
                mends.add(stage.network().cuts().around(replica));
            }
        }
        return mends;
    }

    /** In each of so many views others vote, and for what nobody asked for in the views before; nothing is prepared. */
    private static void voteAfresh(Stage stage, int views) {
        for (int i = 0; i < views; i++) {
            killClients(stage);
            stage.network().set((from, to, type) -> false);
            stage.sleep(UNTIL_FORGOTTEN);
            stage.network().set((from, to, type) -> type != Message.Type.PREPARE);
            ask(stage);
            stage.nextView();
            stage.sleep(60 * Plan.MILLIS);
        }
    }

    /** Nobody asks for anything, and all that was asked for is done. */
    static void quiet(Stage stage) {
        killClients(stage);
        stage.until("all to be done", () -> IntStream.range(0, stage.replicas())
                .allMatch(i -> stage.nodes().hasExecuted(i, stage.length())));
        stage.sleep(20 * Plan.MILLIS);
    }

    static void killClients(Stage stage) {
        for (int i = 0; i < stage.plan().load().clients(); i++) {
            stage.nodes().killClient(i);
        }
    }

    /** Everybody asks again. */
    static void ask(Stage stage) {
        for (int i = 0; i < stage.plan().load().clients(); i++) {
            stage.nodes().startClient(i);
        }
    }

    /** The view begins at a checkpoint that f+1 took, and then only one of them is there to hand it on. */
    static void oneHolder(Stage stage) {
        long period = stage.plan().tunables().checkpointPeriod();
        int holder = stage.replicas() - 1;
        int others = holder - stage.plan().faulty();
        stage.batches(20);
        stage.until("the middle of a period", () -> stage.length() % period == period / 2);
        long checkpoint = (stage.length() / period + 1) * period;
        Set<Message.Type> withheld = EnumSet.of(Message.Type.COMMIT, Message.Type.DECIDED, Message.Type.CHECKPOINT);
        Gate some = (from, to, type) -> to >= others || !withheld.contains(type);
        stage.network().set(some);
        stage.until("a checkpoint", () -> stage.nodes().hasExecuted(holder, checkpoint));
        boolean[] begun = {false};
        mute(stage, (from, to, type) -> {
            begun[0] |= type == Message.Type.NEW_VIEW && from != to;
            return some.lets(from, to, type);
        });
        long transfers = stage.tally().of(Tally.Count.TRANSFERS);
        stage.until("a NEW-VIEW", () -> begun[0]);
        for (int i = others; i < holder; i++) {
            stage.kill(i);
        }
        stage.network().set(Gate.OPEN);
        stage.batches(20);
        stage.mark(stage.tally().of(Tally.Count.TRANSFERS) > transfers
                && stage.tally().been(Situation.TOLD_AND_ROLLED_BACK) > 0);
        for (int i = others; i < holder; i++) {
            stage.nodes().boot(i);
        }
        stage.batches(20);
    }

    /** The next primary missed the last batches, also one that others told of and undo: it asks for what it must propose. */
    static void missingBatches(Stage stage) {
        stage.batches(30);
        long view = stage.view();
        Runnable second = stage.network().cuts().around((stage.primary() + 1) % stage.replicas());
        stage.batches(4);
        stage.network().set((from, to, type) -> type != Message.Type.COMMIT);
        stage.until("a batch executed ahead", () -> stage.ahead((stage.primary() + 2) % stage.replicas())
                .isPresent());
        stage.sleep(10 * Plan.MILLIS);
        Runnable first = stage.network().cuts().around(stage.primary());
        second.run();
        stage.viewAfter(view);
        stage.network().set(Gate.OPEN);
        stage.batches(20);
        first.run();
        stage.mark(stage.tally().been(Situation.BATCH_MISSING) > 0
                && stage.tally().been(Situation.TOLD_AND_ROLLED_BACK) > 0);
    }

    /** The requests of clients reach one replica only: it goes on alone, and is caught up with. */
    static void alone(Stage stage) {
        int last = stage.replicas() - 1;
        stage.batches(20);
        stage.network().set((from, to, type) -> type != Message.Type.REQUEST || (to == last && from > last));
        stage.until("a replica to be alone", () -> stage.nodes().isAlone(last));
        stage.network().set(Gate.OPEN);
        stage.batches(20);
        stage.refuse(stage.view() > 0, "others follow a single replica");
        stage.batches(40);
        stage.mark(stage.view() == 0 && stage.nodes().isAlone(last));
        stage.changeView();
        stage.batches(20);
    }

    /** VIEW-CHANGEs reach only half of the replicas for a while: nobody has 2f+1 of them (11-A4a). */
    static void noQuorum(Stage stage) {
        stage.batches(20);
        int half = stage.replicas() / 2;
        Runnable mend = stage.network().cuts().around(0);
        stage.network().set((from, to, type) -> !EXCHANGE.contains(type) || (from < half) == (to < half));
        stage.sleep(3 * Plan.SECONDS);
        for (int i = 0; i < stage.replicas(); i++) {
            stage.refuse(stage.nodes().hasReached(i, 2), "less than a quorum goes on to the next view");
        }
        stage.mark(stage.tally().of(Tally.Count.VIEW_CHANGES) > 0 && stage.view() == 0);
        stage.network().set(Gate.OPEN);
        stage.nextView();
        mend.run();
        stage.batches(20);
    }

    /**
     * The last replica says two things: first where its word is needed for a quorum, then with everybody there. Then a
     * NEW-VIEW lists the one that some were not told, and nobody tells them that he is active with it: what others pass
     * on brings them in.
     */
    static void toldOtherwise(Stage stage) {
        int liar = stage.replicas() - 1;
        changes(stage);
        for (int i = 0; i < 8; i++) {
            stage.batches(10 + 3L * i);
            int next = (stage.primary() + 1) % stage.replicas();
            mute(stage, (from, to, type) -> type != Message.Type.NEW_VIEW || from == next);
            stage.nextView();
            long view = stage.view();
            // In its own view it may leave them out.
            for (int replica = 0; replica < liar && stage.primary() != liar; replica++) {
                int each = replica;
                stage.within(10 * Plan.SECONDS, "all in view " + view, () -> stage.nodes()
                        .hasBegun(each, view));
            }
            stage.network().set(Gate.OPEN);
        }
        stage.mark(stage.tally().been(Situation.TOLD_OTHERWISE) > 0);
    }

    /** The faulty primary's turn comes a few times, with everybody there to begin its view in one way or the other. */
    static void twoBeginnings(Stage stage) {
        mutedChanges(stage);
        mutedChanges(stage);
        stage.mark(stage.tally().been(Situation.TWO_BEGINNINGS) > 0);
    }

    /** False claims in P make the new primary wait for the last VIEW-CHANGE, and not for ever. */
    static void moreThanAQuorum(Stage stage) {
        for (int i = 0; i < 8; i++) {
            long failed = stage.tally().been(Situation.VIEW_FAILED);
            boolean honest = !stage.plan().isTraitor((stage.primary() + 1) % stage.replicas());
            mutedChange(stage, i);
            stage.refuse(
                    honest && stage.tally().been(Situation.VIEW_FAILED) > failed,
                    "a correct primary begins no view with all VIEW-CHANGEs there");
        }
        stage.mark(stage.tally().been(Situation.MORE_THAN_A_QUORUM) > 0);
    }

    /** A VIEW-CHANGE claims an h above all checkpoints that others hold: it counts for less. */
    static void ahead(Stage stage) {
        mutedChanges(stage);
        stage.mark(stage.tally().been(Situation.VIEW_CHANGE_AHEAD) > 0);
    }

    /** In memory mode each replica is recovered in turn, the primary too, while views change. */
    static void recoveries(Stage stage) {
        for (int i = 0; i < stage.replicas(); i++) {
            int replica = i;
            stage.batches(20);
            stage.recover(replica);
            stage.until(
                    "a recovery",
                    () -> stage.nodes().isActive(replica) || stage.nodes().isAlone(replica));
            stage.changeView();
        }
        stage.mark(stage.tally().of(Tally.Count.RECOVERIES) >= stage.replicas());
    }
}
