package dev.bft.sim;

import dev.bft.protocol.ReplicaStatus;
import dev.bft.wire.Message;
import java.util.EnumSet;
import java.util.Set;

/** The traces of the amendments AG5 and AG10 to AG12: facts of other views, ways into a view, what is on disk. */
final class AmendmentScripts {
    private static final Set<Message.Type> EXCHANGE_OR_NEW_VIEW = exchangeOrNewView();
    private static final Set<Message.Type> NORMAL_CASE = EnumSet.of(
            Message.Type.PRE_PREPARE,
            Message.Type.PREPARE,
            Message.Type.COMMIT,
            Message.Type.DECIDED,
            Message.Type.BODY);

    private AmendmentScripts() {}

    private static Set<Message.Type> exchangeOrNewView() {
        Set<Message.Type> types = EnumSet.copyOf(ViewChangeScripts.EXCHANGE);
        types.add(Message.Type.NEW_VIEW);
        return types;
    }

    /** A replica alone in a later view learns what is decided in the earlier one: by COMMITs, then by DECIDEDs. */
    static void decisionsOfOtherViews(Stage stage) {
        int last = stage.replicas() - 1;
        stage.batches(20);
        stage.network().set((from, to, type) -> type != Message.Type.REQUEST || (to == last && from > last));
        stage.until("a replica to be alone", () -> stage.nodes().isAlone(last));
        long more = 2 * stage.plan().tunables().checkpointPeriod();
        executesWithout(stage, last, EnumSet.of(Message.Type.DECIDED, Message.Type.CHECKPOINT), more);
        executesWithout(stage, last, EnumSet.of(Message.Type.COMMIT, Message.Type.CHECKPOINT), more);
        stage.mark(stage.nodes().isAlone(last) && stage.tally().been(Situation.COMMITTED_ON_EVIDENCE) > 0);
        stage.network().set(Gate.OPEN);
        stage.changeView();
        stage.batches(20);
    }

    private static void executesWithout(Stage stage, int replica, Set<Message.Type> withheld, long more) {
        long enough = stage.length() + more;
        stage.network().set((from, to, type) -> to != replica || !withheld.contains(type));
        stage.until("batch " + enough, () -> stage.length() >= enough);
        ViewChangeScripts.killClients(stage);
        stage.until("what is decided in an earlier view", () -> stage.nodes().hasExecuted(replica, enough));
        ViewChangeScripts.ask(stage);
    }

    /**
     * Nothing is prepared at a seqno, where later views vote for null, since a batch was prepared above it. One replica
     * claims to have prepared there what nobody has. A primary has its VIEW-CHANGE, and has said what it lacks, before it
     * hears of f others: the views of others begin without that batch, and the liar's own not at all.
     */
    static void inventedBatches(Stage stage) {
        boolean named = claimsWhatWasNot(stage) > stage.replicas();
        stage.mark(ViewChangeScripts.anyDid(stage) && named && stage.tally().been(Situation.VIEW_FAILED) > 0);
    }

    /** The same, but the batch is there, an hour ahead: others have it when they begin their views without it. */
    static void futureBatches(Stage stage) {
        boolean named = claimsWhatWasNot(stage) > 0;
        stage.mark(ViewChangeScripts.anyDid(stage) && named);
    }

    /** How often a replica said that it lacks what was claimed. */
    private static long claimsWhatWasNot(Stage stage) {
        long[] asked = new long[stage.replicas()];
        long[] missing = {0};
        stage.batches(20);
        leavesOneOut(stage);
        stage.network().set((from, to, type) -> {
            long named = stage.tally().been(Situation.BATCH_MISSING);
            if (type == Message.Type.STATUS_PENDING && named > missing[0]) {
                asked[from] = viewOf(stage, from);
                missing[0] = named;
            }
            boolean early = type == Message.Type.VIEW_CHANGE && isHeldUp(stage, from, to);
            return type != Message.Type.PREPARE && !(early && asked[to] < viewOf(stage, from));
        });
        ViewChangeScripts.contest(stage, 2 * stage.replicas(), () -> {});
        stage.network().set(Gate.OPEN);
        stage.batches(20);
        return missing[0];
    }

    /** All prepare the second of two batches, and nobody the first. */
    private static void leavesOneOut(Stage stage) {
        ViewChangeScripts.quiet(stage);
        long first = stage.length() + 1;
        boolean[] prepared = {false};
        stage.network().holdBack(frame -> {
            Message.Type type = Frames.type(frame);
            boolean vote = type == Message.Type.PREPARE || type == Message.Type.COMMIT;
            long seqno = vote ? Frames.position(frame).seqno() : 0;
            prepared[0] |= type == Message.Type.COMMIT && seqno > first;
            return seqno == first && Frames.position(frame).view() == 0;
        });
        stage.network().set((from, to, type) -> type != Message.Type.COMMIT);
        ViewChangeScripts.ask(stage);
        stage.until("a batch that is prepared", () -> prepared[0]);
        stage.sleep(5 * Plan.MILLIS);
    }

    private static long viewOf(Stage stage, int replica) {
        return stage.nodes().replica(replica).status().map(ReplicaStatus::view).orElse(0L);
    }

    /**
     * Whether one of the f replicas after the primary of its view tells it that it left the view before. Who claims what
     * was not is not among them, and says nothing when its own view ends: then all others are needed.
     */
    private static boolean isHeldUp(Stage stage, int from, int to) {
        int liar = stage.replicas() - 1;
        long view = viewOf(stage, from);
        boolean toPrimary = to == view % stage.replicas() && to != liar && (view - 1) % stage.replicas() != liar;
        return toPrimary
                && from != to
                && from != liar
                && (from - to + liar) % liar <= stage.plan().faulty();
    }

    /** A replica misses the exchange and comes in after the others; at once the view changes again. */
    static void shortcut(Stage stage) {
        int last = stage.replicas() - 1;
        for (int i = 0; i < 4; i++) {
            stage.batches(20 + i);
            int next = (stage.primary() + 1) % stage.replicas();
            ViewChangeScripts.mute(
                    stage,
                    (from, to, type) -> to != last
                            || !(ViewChangeScripts.EXCHANGE.contains(type)
                                    || type == Message.Type.REQUEST
                                    || (type == Message.Type.NEW_VIEW && from == next)));
            stage.nextView();
            // It prepares nothing in the new view: what it says when that ends rests on the old one.
            stage.network()
                    .set((from, to, type) -> to != last
                            || !(type == Message.Type.PREPARE || (type == Message.Type.NEW_VIEW && from == next)));
            stage.sleep(300 * Plan.MILLIS);
            stage.changeView();
            stage.network().set(Gate.OPEN);
        }
        stage.batches(20);
        stage.mark(stage.tally().been(Situation.SHORTCUT) > 0);
    }

    /** A replica commits by COMMITs of a view that it is not in yet, then joins that view and leaves it. */
    static void evidence(Stage stage) {
        int last = stage.replicas() - 1;
        for (int i = 0; i < 4; i++) {
            stage.batches(20 + i);
            ViewChangeScripts.mute(
                    stage,
                    (from, to, type) -> to != last
                            || type == Message.Type.COMMIT
                            || type == Message.Type.BODY
                            || !(ViewChangeScripts.EXCHANGE.contains(type)
                                    || type == Message.Type.NEW_VIEW
                                    || NORMAL_CASE.contains(type)));
            stage.nextView();
            stage.sleep(100 * Plan.MILLIS);
            stage.network().set(Gate.OPEN);
            stage.sleep(5 * Plan.MILLIS);
            stage.changeView();
        }
        stage.batches(20);
        stage.mark(stage.tally().been(Situation.COMMITTED_ON_EVIDENCE) > 0);
    }

    /** The new primary dies as soon as the first NEW-VIEW left, and comes back. */
    static void diesOverNewView(Stage stage) {
        for (int i = 0; i < 4; i++) {
            stage.batches(20 + i);
            long view = stage.view();
            Runnable mend = stage.network().cuts().around(stage.primary());
            long[] sent = {0};
            stage.network().set((from, to, type) -> {
                sent[0] += type == Message.Type.NEW_VIEW && from != to ? 1 : 0;
                return type != Message.Type.NEW_VIEW || sent[0] <= 1;
            });
            int next = (stage.primary() + 1) % stage.replicas();
            stage.until("a NEW-VIEW", () -> sent[0] > 0);
            stage.kill(next);
            stage.network().set(Gate.OPEN);
            stage.sleep(20 * Plan.MILLIS);
            stage.nodes().boot(next);
            stage.viewAfter(view);
            mend.run();
        }
        stage.batches(20);
        stage.mark(stage.tally().of(Tally.Count.CRASHES) >= 4 && stage.view() >= 4);
    }

    /** All lose power in a later view, after checkpoints cut the vote logs, and while a view begins. */
    static void powerCut(Stage stage) {
        for (int i = 0; i < 4; i++) {
            stage.batches(10 + 7L * i);
            stage.changeView();
            stage.batches(5 + 3L * i);
            Runnable mend = stage.network().cuts().around(stage.primary());
            stage.sleep((90L + 5L * i) * Plan.MILLIS);
            mend.run();
            for (int replica = 0; replica < stage.replicas(); replica++) {
                stage.kill(replica);
            }
            for (int replica = 0; replica < stage.replicas(); replica++) {
                stage.nodes().boot(replica);
            }
            stage.batches(5);
        }
        stage.mark(stage.tally().been(Situation.BOOTED_IN_A_LATER_VIEW) > 0);
    }

    /**
     * Nothing is prepared in view 0. How view 1 begins, with what its primary claims to have prepared, is kept back, and
     * one replica still waits for it when the others have decided otherwise in view 2: it learns that first.
     */
    static void overtaken(Stage stage) {
        int straggler = stage.replicas() - 1;
        stage.batches(10);
        stage.network()
                .holdBack(
                        straggler,
                        frame -> EXCHANGE_OR_NEW_VIEW.contains(Frames.type(frame))
                                && Frames.number(frame, Frames.VIEW_AT) == 1);
        stage.network()
                .set((from, to, type) -> type != Message.Type.PREPARE
                        && type != Message.Type.COMMIT
                        && (from == to || to == straggler || from != 1 || type != Message.Type.NEW_VIEW)
                        && (to != straggler || !EXCHANGE_OR_NEW_VIEW.contains(type)));
        stage.sleep(50 * Plan.MILLIS);
        for (int i = 0; i < stage.plan().load().clients(); i++) {
            stage.nodes().killClient(i);
            stage.nodes().startClient(i);
        }
        stage.until("view 2", () -> stage.nodes().hasReached(2, 2));
        Set<Message.Type> withheld = EnumSet.copyOf(EXCHANGE_OR_NEW_VIEW);
        withheld.add(Message.Type.CHECKPOINT);
        executesWithout(stage, straggler, withheld, 3);
        stage.network().letGo();
        stage.sleep(20 * Plan.MILLIS);
        stage.mark(stage.tally().been(Situation.OVERRULED) > 0);
        stage.network().set(Gate.OPEN);
        stage.batches(20);
    }
}
