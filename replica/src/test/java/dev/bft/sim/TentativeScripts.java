package dev.bft.sim;

import dev.bft.wire.Batch;
import dev.bft.wire.Message;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What is executed and told ahead of its commitment, and what is read beside it (12.3: S36, S37; the traces of AG1, AG2
 * and RC12; 11-A5).
 */
final class TentativeScripts {
    /** All that brings a batch to a replica. */
    private static final Set<Message.Type> BATCHES =
            EnumSet.of(Message.Type.PRE_PREPARE, Message.Type.BODY, Message.Type.DECIDED);

    private static final Set<Message.Type> VOTES = EnumSet.of(Message.Type.PREPARE, Message.Type.COMMIT);
    static final int CELL = 7;
    private static final int ROUNDS = 6;

    /** An operation that nobody holds up takes no longer, with a faulty primary. */
    private static final long BOUND = Plan.SECONDS;

    private TentativeScripts() {}

    /** Clients are there, each with a session, and ask for what the script wants only. */
    static void quiet(Stage stage) {
        ViewChangeScripts.quiet(stage);
        stage.nodes().clients().forEach(client -> client.setAsking(false));
        ViewChangeScripts.ask(stage);
        for (int i = 0; i < stage.plan().load().clients(); i++) {
            asks(stage, i, Operation.Kind.ADD, false);
        }
        stage.until("all to be done", () -> hasAll(stage));
    }

    private static boolean hasAll(Stage stage) {
        return IntStream.range(0, stage.replicas())
                .allMatch(i -> stage.nodes().hasExecuted(i, stage.length())
                        && stage.ahead(i).isEmpty());
    }

    /** Clients ask by themselves again. */
    static void resume(Stage stage) {
        ViewChangeScripts.killClients(stage);
        stage.nodes().clients().forEach(client -> client.setAsking(true));
        ViewChangeScripts.ask(stage);
    }

    /** One operation, and its answer. */
    private static void asks(Stage stage, int client, Operation.Kind kind, boolean reads) {
        stage.nodes().client(client).ask(kind, CELL, reads);
        isAnswered(stage, client);
    }

    static void isAnswered(Stage stage, int client) {
        stage.until("an answer", () -> !isWaiting(stage, client));
    }

    static boolean isWaiting(Stage stage, int client) {
        return stage.nodes().client(client).pending() > 0;
    }

    /**
     * A client believes a write that f replicas never saw and nobody committed. The others undo it, a later view orders it
     * again, and before it commits there another client reads (amendment AG1).
     */
    static void readAfterRollback(Stage stage) {
        int told = stage.replicas() - stage.plan().faulty();
        stage.batches(20);
        quiet(stage);
        long believed = stage.tally().been(Situation.BELIEVED_TENTATIVELY);
        long view = stage.view();
        stage.network()
                .set((from, to, type) -> type != Message.Type.COMMIT
                        && (to < told || to >= stage.replicas() || !BATCHES.contains(type)));
        asks(stage, 0, Operation.Kind.PUT, false);
        long undone = stage.tally().been(Situation.TOLD_AND_ROLLED_BACK);
        // Somebody else waits, or nobody would miss anything.
        stage.nodes().client(2).ask(Operation.Kind.ADD, CELL, false);
        stage.until("another view", () -> stage.nodes().hasReached(0, view + 1));
        stage.network().set((from, to, type) -> !VOTES.contains(type));
        stage.until("all in another view", () -> IntStream.range(0, stage.replicas())
                .allMatch(i -> stage.nodes().hasBegun(i, view + 1)));
        stage.nodes().client(1).ask(Operation.Kind.GET, CELL, true);
        stage.sleep(20 * Plan.MILLIS);
        stage.mark(isWaiting(stage, 1)
                && stage.tally().been(Situation.BELIEVED_TENTATIVELY) > believed
                && stage.tally().been(Situation.TOLD_AND_ROLLED_BACK) >= undone + told);
        stage.network().set(Gate.OPEN);
        isAnswered(stage, 1);
        resume(stage);
        stage.batches(20);
    }

    /** All write and read one cell while what was told is undone: at all who were told of it, then at one alone. */
    static void readsBesideRollbacks(Stage stage) {
        stage.nodes().clients().forEach(client -> client.asksAt(Optional.of(CELL)));
        for (int i = 0; i < ROUNDS; i++) {
            stage.batches(15 + i);
            long undone = stage.tally().been(Situation.TOLD_AND_ROLLED_BACK);
            if (i % 2 == 0) {
                stage.network().set((from, to, type) -> type != Message.Type.COMMIT);
                stage.until("a rollback", () -> stage.tally().been(Situation.TOLD_AND_ROLLED_BACK) > undone);
            } else {
                undoesAlone(stage, (stage.primary() + 1 + i) % stage.replicas(), undone);
            }
            stage.network().set(Gate.OPEN);
        }
        stage.batches(20);
        stage.mark(stage.tally().been(Situation.READ_OUT_OF_ORDER) > 0
                && stage.tally().been(Situation.TOLD_AND_ROLLED_BACK) >= ROUNDS);
    }

    /** One replica alone prepares, and tells clients; the others go on without it. */
    private static void undoesAlone(Stage stage, int alone, long undone) {
        long view = stage.view();
        stage.network().set((from, to, type) -> !VOTES.contains(type) || (to == alone && type == Message.Type.PREPARE));
        stage.until("a batch executed ahead", () -> stage.ahead(alone).isPresent());
        stage.sleep(10 * Plan.MILLIS);
        Runnable mend = stage.network().cuts().around(alone);
        stage.network().set((from, to, type) -> !VOTES.contains(type));
        stage.viewAfter(view);
        stage.network().set(Gate.OPEN);
        stage.batches(5);
        mend.run();
        stage.within(
                10 * Plan.SECONDS, "a rollback", () -> stage.tally().been(Situation.TOLD_AND_ROLLED_BACK) > undone);
    }

    /** All lose power with a batch executed ahead that no disk knows to have prepared: nobody was told (amendment AG2). */
    static void powerCut(Stage stage) {
        int caught = 0;
        stage.batches(20);
        quiet(stage);
        for (int i = 0; i < ROUNDS; i++) {
            caught += isCutInTime(stage) ? 1 : 0;
            isAnswered(stage, 0);
            asks(stage, 1, Operation.Kind.GET, true);
        }
        stage.mark(caught > 0);
        resume(stage);
        stage.batches(20);
    }

    private static boolean isCutInTime(Stage stage) {
        int backups = stage.replicas() - 1;
        int[] votes = {0};
        stage.network().holdBack(frame -> {
            boolean vote = Frames.type(frame) == Message.Type.PREPARE;
            votes[0] += vote ? 1 : 0;
            return vote;
        });
        stage.nodes().client(0).ask(Operation.Kind.PUT, CELL, false);
        stage.until("all to vote", () -> votes[0] >= backups * backups);
        stage.nodes().replicas().forEach(replica -> replica.disk().setSlow(true));
        stage.network().letGo();
        stage.until(
                "all to be ahead of their disks",
                () -> !isWaiting(stage, 0)
                        || IntStream.range(0, stage.replicas()).allMatch(stage::isAheadOfItsDisk));
        boolean untold = isWaiting(stage, 0);
        for (int replica = 0; replica < stage.replicas(); replica++) {
            stage.kill(replica);
            stage.nodes().replica(replica).disk().setSlow(false);
        }
        for (int replica = 0; replica < stage.replicas(); replica++) {
            stage.nodes().boot(replica);
        }
        return untold;
    }

    /**
     * One replica alone executes ahead the batch before a checkpoint, and writes many pages. The others begin a view without
     * it and with null there, for they prepared the next one: all take the same checkpoint (amendment RC12).
     */
    static void undoneCheckpoint(Stage stage) {
        int alone = stage.replicas() - 1;
        long period = stage.plan().tunables().checkpointPeriod();
        stage.batches(20);
        quiet(stage);
        while ((stage.length() + 1) % period != 0) {
            asks(stage, 0, Operation.Kind.ADD, false);
            stage.until("all to be done", () -> hasAll(stage));
        }
        long at = stage.length() + 1;
        long view = stage.view();
        stage.network().holdBack((to, frame) -> {
            Message.Type type = Frames.type(frame);
            boolean vote = VOTES.contains(type) && Frames.position(frame).equals(new Position(view, at));
            return vote && (to != alone || type == Message.Type.COMMIT);
        });
        stage.nodes().client(0).ask(Operation.Kind.SPREAD, CELL, false);
        stage.until(
                "a checkpoint's batch executed ahead",
                () -> stage.ahead(alone).filter(a -> a.seqno() == at).isPresent());
        stage.nodes().client(1).ask(Operation.Kind.PUT, CELL, false);
        stage.sleep(10 * Plan.MILLIS);
        long undone = stage.tally().been(Situation.ROLLED_BACK_A_CHECKPOINT);
        Runnable mend = stage.network().cuts().around(alone);
        stage.viewAfter(view);
        stage.until("the batch after", () -> stage.length() > at);
        mend.run();
        stage.until("the one to follow", () -> stage.nodes().hasExecuted(alone, at + 1));
        stage.mark(stage.tally().been(Situation.ROLLED_BACK_A_CHECKPOINT) > undone
                && stage.batch(at).equals(Batch.NULL.digest()));
        stage.network().letGo();
        resume(stage);
        stage.batches(20);
    }

    /** Writes that are asked for as reads are ordered, and run once. */
    static void writesAsReads(Stage stage) {
        stage.batches(20);
        quiet(stage);
        long before = stage.tally().of(Tally.Count.OPERATIONS);
        for (int i = 0; i < ROUNDS; i++) {
            stage.nodes().client(0).ask(Operation.Kind.PUT, CELL, true);
            stage.nodes().client(1).ask(Operation.Kind.SPREAD, CELL, true);
            if (i % 2 == 1) {
                stage.changeView();
            }
            isAnswered(stage, 0);
            isAnswered(stage, 1);
        }
        stage.until("all to be done", () -> hasAll(stage));
        stage.mark(stage.view() > 0 && stage.tally().of(Tally.Count.OPERATIONS) >= before + 2 * ROUNDS);
        resume(stage);
        stage.batches(20);
    }

    /**
     * f replicas, the primary among them, tell f others nothing of what is ordered and clients nothing at all. Without a
     * checkpoint and without another view each write and each read is answered by 2f+1 all the same (11-A5).
     */
    static void exclusion(Stage stage) {
        int faulty = stage.plan().faulty();
        int excluded = stage.replicas() - faulty;
        Set<Message.Type> ordering = EnumSet.copyOf(BATCHES);
        ordering.addAll(VOTES);
        stage.batches(20);
        quiet(stage);
        long reads = stage.tally().been(Situation.READ_OUT_OF_ORDER);
        stage.network()
                .set((from, to, type) -> type != Message.Type.CHECKPOINT
                        && !(from < faulty && type == Message.Type.REPLY)
                        && !(from < faulty && to >= excluded && ordering.contains(type)));
        for (int i = 0; i < 2 * ROUNDS; i++) {
            boolean read = i % 2 == 1;
            stage.nodes().client(0).ask(read ? Operation.Kind.GET : Operation.Kind.PUT, CELL, read);
            stage.within(BOUND, "2f+1 answers", () -> !isWaiting(stage, 0));
        }
        stage.mark(stage.view() == 0 && stage.tally().been(Situation.READ_OUT_OF_ORDER) > reads);
        stage.network().set(Gate.OPEN);
        resume(stage);
        stage.batches(20);
    }

    /** A faulty replica answers clients with what nobody else does. */
    static void lies(Stage stage) {
        stage.batches(100);
        stage.changeView();
        stage.batches(100);
        stage.mark(ViewChangeScripts.anyDid(stage));
    }
}
