package dev.bft.sim;

import dev.bft.wire.Message;
import java.util.EnumSet;
import java.util.Set;

/** What faulty primaries do, and how they are replaced (12.3: S8 to S11, S13 to S15, S18 without a recovery, S19). */
final class PrimaryScripts {
    private static final long LONG = 120;
    private static final int ROUNDS = 5;

    private PrimaryScripts() {}

    /** The primary of view 0 is faulty: another comes. */
    static void isReplaced(Stage stage) {
        stage.batches(LONG);
        stage.mark(stage.view() > 0
                && stage.plan().behaviours(0).stream()
                        .allMatch(b -> stage.tally().done(b) > 0));
    }

    /** It does no harm worth a view change, perhaps. */
    static void misbehaves(Stage stage) {
        stage.batches(LONG);
        stage.mark(
                stage.plan().behaviours(0).stream().allMatch(b -> stage.tally().done(b) > 0));
    }

    /**
     * What it sends once is lost on the way to one replica, and it sends nothing twice. Neither a checkpoint nor another
     * view comes to its help: others send the bodies.
     */
    static void withholds(Stage stage) {
        Set<Message.Type> withheld = EnumSet.of(Message.Type.CHECKPOINT, Message.Type.VIEW_CHANGE);
        int last = stage.replicas() - 1;
        stage.batches(LONG);
        stage.sleep(Plan.SECONDS);
        long enough = stage.length() + 2 * stage.plan().tunables().checkpointPeriod();
        stage.network()
                .set((from, to, type) ->
                        !withheld.contains(type) && (from != 0 || to != last || type != Message.Type.PRE_PREPARE));
        stage.until("bodies from others", () -> stage.nodes().hasExecuted(last, enough));
        stage.network().set(Gate.OPEN);
        stage.batches(20);
        stage.mark(stage.tally().done(Behaviour.WITHHELD_BODIES) > 0);
    }

    /**
     * What it names is lost on the way to one replica without which nothing prepares; and it sends no body. Others that
     * have the requests help before anything commits.
     */
    static void withholdsRequests(Stage stage) {
        int last = stage.replicas() - 1;
        stage.batches(LONG);
        for (int i = 1; i <= stage.plan().faulty(); i++) {
            stage.network().cuts().around(i);
        }
        stage.sleep(Plan.SECONDS);
        stage.network().set((from, to, type) -> from < stage.replicas() || to != last || type != Message.Type.REQUEST);
        stage.until("a request that is lost", () -> stage.tally().been(Situation.REQUEST_MISSING) > 0);
        long enough = stage.length() + 2 * stage.plan().tunables().checkpointPeriod();
        stage.within(
                10 * Plan.SECONDS, "requests from others", () -> stage.nodes().hasExecuted(last, enough));
        stage.network().set(Gate.OPEN);
        stage.network().cuts().clear();
        stage.batches(20);
        stage.mark(stage.tally().been(Situation.REQUEST_MISSING) > 0
                && stage.tally().done(Behaviour.WITHHELD_BODIES) > 0);
    }

    /** Requests are lost on the way to one replica, and somebody sends it others than it lacks. */
    static void sendsWrongBodies(Stage stage) {
        int last = stage.replicas() - 1;
        stage.network().set((from, to, type) -> from < stage.replicas() || to != last || type != Message.Type.REQUEST);
        stage.batches(LONG);
        stage.network().set(Gate.OPEN);
        stage.mark(stage.tally().done(Behaviour.WRONG_BODIES) > 0);
    }

    /** The left out learn from the others what was decided (amendment AG5). */
    static void excludes(Stage stage) {
        stage.batches(LONG);
        Runnable mend = stage.network().cuts().around(0);
        stage.sleep(Plan.SECONDS);
        mend.run();
        stage.batches(LONG);
        stage.mark(stage.tally().been(Situation.DECISION_TOLD) > 0);
    }

    /** Asked under load, a primary hands over to the next one. */
    static void handsOver(Stage stage) {
        int loaded = 0;
        for (int i = 0; i < ROUNDS; i++) {
            stage.batches(15);
            long view = stage.view();
            loaded += stage.nodes().clients().stream().anyMatch(c -> c.pending() > 0) ? 1 : 0;
            stage.nodes().replica(stage.primary()).handOver();
            stage.within(2 * Plan.SECONDS, "another primary", () -> stage.view() > view);
        }
        stage.batches(20);
        stage.mark(loaded > 0 && stage.tally().been(Situation.HANDED_OVER) >= ROUNDS);
    }

    /** f primaries in a row take nine tenths of their time for each request: none stays for long. */
    static void sluggish(Stage stage) {
        int faulty = stage.plan().faulty();
        stage.within(10L * faulty * Plan.SECONDS, "a primary that is not sluggish", () -> stage.view() >= faulty);
        stage.batches(LONG);
        stage.mark(stage.tally().been(Situation.FOUND_SLOW) > 0);
    }

    /** f primaries in a row serve one client almost too late, and all others at once. */
    static void unfair(Stage stage) {
        int faulty = stage.plan().faulty();
        stage.within(10L * faulty * Plan.SECONDS, "a primary that favours nobody", () -> stage.view() >= faulty);
        stage.batches(LONG);
        stage.mark(stage.tally().been(Situation.FOUND_SLOW) > 0);
    }

    /** f faulty primaries in a row. */
    static void cascade(Stage stage) {
        stage.batches(LONG);
        stage.refuse(stage.view() < stage.plan().faulty(), "a silent primary leads");
        stage.mark(stage.view() >= stage.plan().faulty() && stage.tally().done(Behaviour.SILENCE) > 0);
    }

    /** Both copies speak for long; the others go on. */
    static void goesOn(Stage stage) {
        stage.batches(LONG);
        stage.sleep(5 * Plan.SECONDS);
        stage.batches(LONG);
        stage.mark(stage.tally().done(Behaviour.TWINS) > 0);
    }
}
