package dev.bft.sim;

import dev.bft.wire.Message;
import java.util.EnumSet;
import java.util.List;

/** Bad networks and changing keys (12.3: S1 to S7, S42, S50 to S53). */
final class NetworkScripts {
    private NetworkScripts() {}

    /** All votes of a kind are lost for a moment: they are said again, and no view need change for that. */
    static void lostVotes(Stage stage) {
        for (Message.Type votes : List.of(Message.Type.PRE_PREPARE, Message.Type.PREPARE, Message.Type.COMMIT)) {
            stage.batches(10);
            long lost = stage.network().lost();
            stage.network().set((from, to, type) -> type != votes);
            stage.until("votes to be lost", () -> stage.network().lost() > lost);
            stage.sleep(5 * Plan.MILLIS);
            stage.network().set(Gate.OPEN);
            stage.batches(20);
            stage.refuse(stage.view() > 0, "a view ends over votes that were lost once: " + votes);
        }
        stage.mark(stage.network().lost() > 0);
    }

    static void storm(Stage stage) {
        stage.batches(20);
        stage.network().setStorm(true);
        stage.batches(60);
        stage.changeView();
        stage.batches(60);
        Plan.Weather weather = stage.plan().weather();
        stage.mark((weather.loss() == 0 || stage.tally().seen(Fault.LOSS) > 0)
                && (weather.corruption() == 0 || stage.tally().seen(Fault.CORRUPTION) > 0)
                && (weather.duplication() == 0
                        || (stage.tally().seen(Fault.DUPLICATION) > 0
                                && stage.tally().seen(Fault.REORDERING) > 0)));
    }

    /** Each in turn hears nothing from the next, the primary included. */
    static void oneWay(Stage stage) {
        int rounds = 0;
        for (int i = 0; i < stage.replicas(); i++) {
            rounds += areOneWay(stage, i) ? 1 : 0;
        }
        stage.mark(rounds == stage.replicas());
    }

    /** Whether frames were lost one way and got through the other meanwhile, on both of two such ways. */
    private static boolean areOneWay(Stage stage, int first) {
        int second = (first + 1) % stage.replicas();
        int third = (first + 2) % stage.replicas();
        boolean[] back = {false, false};
        stage.network().set((from, to, type) -> {
            back[0] |= from == second && to == first;
            back[1] |= from == third && to == second;
            return true;
        });
        long lost = stage.network().lost();
        Runnable mend = stage.network().cuts().oneWay(first, second);
        Runnable other = stage.network().cuts().oneWay(second, third);
        stage.batches(20);
        stage.sleep(200 * Plan.MILLIS);
        mend.run();
        other.run();
        stage.network().set(Gate.OPEN);
        return stage.network().lost() > lost && back[0] && back[1];
    }

    private static void apart(Stage stage, int[] islands) {
        stage.batches(20);
        Runnable mend = stage.network().cuts().between(islands);
        stage.sleep(Plan.SECONDS);
        mend.run();
        stage.batches(20);
    }

    /** No island has a quorum: nothing is decided, and everybody wants another primary. */
    private static void stopped(Stage stage, int[] islands) {
        stage.batches(20);
        Runnable mend = stage.network().cuts().between(islands);
        stage.sleep(100 * Plan.MILLIS);
        long before = stage.length();
        long left = stage.tally().of(Tally.Count.VIEW_CHANGES);
        stage.sleep(Plan.SECONDS);
        stage.refuse(stage.length() > before, "less than a quorum decided something");
        stage.mark(stage.tally().of(Tally.Count.VIEW_CHANGES) > left);
        mend.run();
        stage.batches(20);
    }

    private static int[] islands(int replicas, int first, int second) {
        int[] islands = new int[replicas];
        for (int i = 0; i < replicas; i++) {
            islands[i] = i < first ? 0 : i < second ? 1 : 2;
        }
        return islands;
    }

    /** No island has a quorum. */
    static void halves(Stage stage) {
        int n = stage.replicas();
        stopped(stage, islands(n, n / 2, n));
        stopped(stage, islands(n, n / 3, 2 * n / 3));
    }

    /** The minority has the primary, then it has not. */
    static void majority(Stage stage) {
        int n = stage.replicas();
        int f = stage.plan().faulty();
        apart(stage, islands(n, f, n));
        stage.mark(stage.view() > 0);
        apart(stage, islands(n, n - f, n));
        apart(stage, islands(n, f, n));
    }

    static void eachAlone(Stage stage) {
        int[] islands = new int[stage.replicas()];
        for (int i = 0; i < islands.length; i++) {
            islands[i] = i;
        }
        stopped(stage, islands);
        stopped(stage, islands);
    }

    static void slowPrimary(Stage stage) {
        stage.batches(20);
        stage.network().slow(0, 400);
        stage.batches(60);
        stage.mark(stage.view() > 0);
        stage.network().slow(0, 1);
    }

    /** A view change takes longer than the timeout: only longer ones help. */
    static void shortTimeout(Stage stage) {
        stage.batches(20);
        Runnable mend = stage.network().cuts().around(0);
        for (int i = 1; i < stage.replicas(); i++) {
            stage.network().slow(i, 1500);
        }
        stage.nextView();
        mend.run();
        stage.mark(stage.tally().been(Situation.VIEW_FAILED) > 0);
        stage.batches(5);
    }

    static void slowBackup(Stage stage) {
        stage.network().slow(1, 400);
        stage.batches(100);
        stage.mark(stage.isBehind(1));
        stage.changeView();
        stage.batches(20);
    }

    /** The whole past comes back, in a later view, under later keys, after a reboot. */
    static void replay(Stage stage) {
        stage.batches(40);
        stage.changeView();
        stage.batches(40);
        stage.network().replayAll();
        stage.batches(20);
        stage.changeView();
        int primary = stage.primary();
        stage.kill(primary);
        stage.network().replayAll();
        stage.sleep(100 * Plan.MILLIS);
        stage.nodes().boot(primary);
        stage.network().replayAll();
        stage.batches(20);
        stage.mark(stage.tally().seen(Fault.REPLAY_ALL) > 0);
    }

    /** Some frames to each replica are held up for longer than views and keys live. */
    static void longDelays(Stage stage) {
        for (int i = 0; i < stage.replicas(); i++) {
            stage.network().holdUp(i, 4 * Plan.SECONDS);
        }
        for (int i = 0; i < 8; i++) {
            stage.batches(10);
            stage.sleep(500 * Plan.MILLIS);
            stage.changeView();
        }
        stage.mark(stage.tally().been(Situation.HELD_OVER_VIEWS_AND_KEYS) > 0);
    }

    /** A replica misses four checkpoint periods, more than the log holds, and fetches; then the view changes. */
    static void behind(Stage stage) {
        int last = stage.replicas() - 1;
        stage.batches(20);
        Runnable mend = stage.network().cuts().around(last);
        stage.batches(4 * stage.plan().tunables().checkpointPeriod());
        stage.mark(stage.isBehind(last));
        mend.run();
        stage.within(5 * Plan.SECONDS, "a transfer", () -> stage.tally().of(Tally.Count.TRANSFERS) > 0);
        stage.changeView();
        stage.batches(20);
    }

    /** Keys change in the middle of every phase, and at every replica while a NEW-VIEW does not come. */
    static void everyPhase(Stage stage) {
        changes(stage);
        long view = stage.view();
        Runnable mend = stage.network().cuts().around(stage.primary());
        stage.network().set((from, to, type) -> type != Message.Type.NEW_VIEW);
        stage.sleep(3 * Plan.SECONDS);
        stage.network().set(Gate.OPEN);
        stage.viewAfter(view);
        mend.run();
        stage.batches(20);
        stage.mark(EnumSet.of(
                        Situation.KEYS_BEFORE_PREPARE,
                        Situation.KEYS_BEFORE_COMMIT,
                        Situation.KEYS_BEFORE_EXECUTION,
                        Situation.KEYS_IN_A_VIEW_CHANGE,
                        Situation.KEYS_IN_A_CHECKPOINT)
                .stream()
                .allMatch(phase -> stage.tally().been(phase) > 0));
    }

    /** Keys change all the time while views do. */
    private static void changes(Stage stage) {
        for (int i = 0; i < 10; i++) {
            stage.batches(15);
            stage.sleep(200 * Plan.MILLIS);
            stage.changeView();
        }
    }

    /**
     * The first replica hears of a checkpoint from the last one alone, which then boots and holds a new key; one less than
     * makes it stable with that say so, too. What the last one said under its old key is over.
     */
    static void checkpointBeforeABoot(Stage stage) {
        int last = stage.replicas() - 1;
        int others = stage.replicas() - stage.plan().faulty() - 2;
        for (int i = 0; i < 4; i++) {
            stage.batches(15);
            long[] heard = {0};
            stage.network()
                    .set((from, to, type) ->
                            to != 0 || type != Message.Type.CHECKPOINT || (from == last && ++heard[0] > 0));
            stage.until("a CHECKPOINT", () -> heard[0] > 0);
            ViewChangeScripts.killClients(stage);
            stage.kill(last);
            stage.network().set((from, to, type) -> to != 0 || type != Message.Type.CHECKPOINT);
            stage.nodes().boot(last);
            stage.sleep(500 * Plan.MILLIS);
            stage.network()
                    .set((from, to, type) ->
                            to != 0 || type != Message.Type.CHECKPOINT || (from >= 1 && from <= others));
            stage.sleep(500 * Plan.MILLIS);
            stage.network().set(Gate.OPEN);
            ViewChangeScripts.ask(stage);
        }
        stage.mark(stage.tally().been(Situation.KEYS_IN_A_CHECKPOINT) > 0);
    }

    static void lostKeys(Stage stage) {
        long[] count = {0};
        stage.network().set((from, to, type) -> type != Message.Type.NEW_KEY || count[0]++ % 2 == 0);
        changes(stage);
        stage.mark(stage.tally().of(Tally.Count.KEY_CHANGES) > 3L * stage.replicas());
    }

    /** Every fifth NEW-KEY is kept back, and all NEW-KEYs ever sent, these too, come again and again. */
    static void oldKeys(Stage stage) {
        long[] count = {0};
        stage.network().set((from, to, type) -> type != Message.Type.NEW_KEY || count[0]++ % 5 < 4);
        for (int i = 0; i < 5; i++) {
            stage.batches(15);
            stage.network().replay(frame -> Frames.type(frame) == Message.Type.NEW_KEY);
            stage.sleep(600 * Plan.MILLIS);
        }
        stage.mark(stage.tally().seen(Fault.REPLAY_ALL) > 0
                && stage.tally().of(Tally.Count.KEY_CHANGES) > 3L * stage.replicas());
    }

    /** Keys that change before anything completes: no harm; that it stalls is not checked. */
    static void tooOften(Stage stage) {
        stage.sleep(5 * Plan.SECONDS);
        stage.mark(stage.tally().of(Tally.Count.KEY_CHANGES) > 1000);
        stage.endHere();
    }
}
