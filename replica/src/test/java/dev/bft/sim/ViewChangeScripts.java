package dev.bft.sim;

import dev.bft.wire.Message;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** View changes in all situations (12.3: S20 to S33, amendments AG10 to AG12). */
final class ViewChangeScripts {
    private static final Set<Message.Type> EXCHANGE =
            EnumSet.of(Message.Type.VIEW_CHANGE, Message.Type.VIEW_CHANGE_ACK, Message.Type.FORWARDED_VIEW_CHANGE);
    private static final Set<Message.Type> EXCHANGE_OR_NEW_VIEW = EnumSet.of(
            Message.Type.VIEW_CHANGE,
            Message.Type.VIEW_CHANGE_ACK,
            Message.Type.FORWARDED_VIEW_CHANGE,
            Message.Type.NEW_VIEW);
    private static final Set<Message.Type> NORMAL_CASE = EnumSet.of(
            Message.Type.PRE_PREPARE,
            Message.Type.PREPARE,
            Message.Type.COMMIT,
            Message.Type.DECIDED,
            Message.Type.BODY);

    private ViewChangeScripts() {}

    private static boolean anyDid(Stage stage) {
        return stage.plan().traitors().values().stream()
                .flatMap(Set::stream)
                .anyMatch(b -> stage.tally().done(b) > 0);
    }

    /** The primary's proposals are lost from now on, and whatever another gate keeps. */
    private static void mute(Stage stage, Gate gate) {
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
    private static void contest(Stage stage, int views, Runnable eachTime) {
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
            stage.batches(10 + 3L * i);
            mute(stage, Gate.OPEN);
            stage.nextView();
            stage.network().set(Gate.OPEN);
        }
    }

    private static void changes(Stage stage) {
        for (int i = 0; i < 4; i++) {
            stage.batches(20 + 5L * i);
            stage.changeView();
        }
        stage.batches(20);
    }

    /** The primary goes when everybody has just executed the last batch of a checkpoint; one batch is under way. */
    static void atCheckpoint(Stage stage) {
        long period = stage.plan().tunables().checkpointPeriod();
        for (int i = 0; i < 8; i++) {
            stage.batches(10 + i);
            long next = (stage.length() / period + 1) * period;
            int primary = stage.primary();
            stage.network()
                    .set((from, to, type) ->
                            !(from == primary && type == Message.Type.PRE_PREPARE) || stage.length() < next);
            stage.nextView();
            stage.network().set(Gate.OPEN);
        }
        stage.batches(20);
        stage.mark(stage.tally().been(Situation.LEFT_AT_A_CHECKPOINT) >= 4);
    }

    /** Proposals get through and nothing is prepared: each view votes for another batch at the same seqno (6.10). */
    static void noProgress(Stage stage) {
        stage.batches(20);
        stage.network().set((from, to, type) -> type != Message.Type.PREPARE);
        contest(stage, 4 * stage.replicas(), () -> {});
        stage.network().set(Gate.OPEN);
        stage.batches(20);
        stage.mark(stage.tally().been(Situation.FULL_Q) > 0);
    }

    /**
     * The same with somebody who claims to have prepared what nobody has, and whose VIEW-CHANGE reaches a primary before
     * that of the primary's neighbour: the views of others begin without that batch, and its own not at all.
     */
    static void inventedBatches(Stage stage) {
        int liar = stage.replicas() - 1;
        boolean[] reached = new boolean[stage.replicas() + stage.plan().load().clients()];
        stage.batches(20);
        stage.network().set((from, to, type) -> {
            boolean early = type == Message.Type.VIEW_CHANGE && from == (to + 1) % liar && from != to && !reached[to];
            reached[to] |= type == Message.Type.VIEW_CHANGE && from == liar;
            return type != Message.Type.PREPARE && !early;
        });
        contest(stage, 2 * stage.replicas(), () -> Arrays.fill(reached, false));
        stage.network().set(Gate.OPEN);
        stage.batches(20);
        stage.mark(anyDid(stage)
                && stage.tally().been(Situation.BATCH_MISSING) > 0
                && stage.tally().been(Situation.VIEW_FAILED) > 0);
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
        for (int i = 0; i < stage.plan().load().clients(); i++) {
            stage.nodes().killClient(i);
        }
        stage.until("what is decided in an earlier view", () -> stage.nodes().hasExecuted(replica, enough));
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
        stage.mark(stage.tally().of(Tally.Count.TRANSFERS) > transfers);
        for (int i = others; i < holder; i++) {
            stage.nodes().boot(i);
        }
        stage.batches(20);
    }

    /** The next primary missed the last batches: it asks for what it must propose again. */
    static void missingBatches(Stage stage) {
        stage.batches(30);
        long view = stage.view();
        Runnable second = stage.network().cuts().around((stage.primary() + 1) % stage.replicas());
        stage.batches(4);
        Runnable first = stage.network().cuts().around(stage.primary());
        second.run();
        stage.viewAfter(view);
        stage.batches(20);
        first.run();
        stage.mark(stage.tally().been(Situation.BATCH_MISSING) > 0);
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
        stage.mark(stage.tally().of(Tally.Count.VIEW_CHANGES) > 0 && stage.view() == 0);
        stage.network().set(Gate.OPEN);
        stage.nextView();
        mend.run();
        stage.batches(20);
    }

    /** The faulty primary's turn comes a few times, with everybody there to begin its view in one way or the other. */
    static void twoBeginnings(Stage stage) {
        mutedChanges(stage);
        mutedChanges(stage);
        stage.mark(stage.tally().been(Situation.TWO_BEGINNINGS) > 0);
    }

    /** False claims in P make the new primary wait for the last VIEW-CHANGE. */
    static void moreThanAQuorum(Stage stage) {
        mutedChanges(stage);
        stage.mark(stage.tally().been(Situation.MORE_THAN_A_QUORUM) > 0);
    }

    /** A VIEW-CHANGE claims an h above all checkpoints that others hold: it counts for less. */
    static void ahead(Stage stage) {
        mutedChanges(stage);
        stage.mark(stage.tally().been(Situation.VIEW_CHANGE_AHEAD) > 0);
    }

    /** A replica misses the exchange and comes in after the others; at once the view changes again. */
    static void shortcut(Stage stage) {
        int last = stage.replicas() - 1;
        for (int i = 0; i < 4; i++) {
            stage.batches(20 + i);
            int next = (stage.primary() + 1) % stage.replicas();
            mute(
                    stage,
                    (from, to, type) -> to != last
                            || !(EXCHANGE.contains(type)
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
            mute(
                    stage,
                    (from, to, type) -> to != last
                            || type == Message.Type.COMMIT
                            || type == Message.Type.BODY
                            || !(EXCHANGE.contains(type)
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
