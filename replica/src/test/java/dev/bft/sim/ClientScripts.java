package dev.bft.sim;

import dev.bft.wire.Message;
import java.util.Optional;
import java.util.stream.IntStream;

/** Clients that are faulty, unlucky or gone (12.3: S34, S38, S40; amendments AG6, AG8). */
final class ClientScripts {
    private ClientScripts() {}

    /** Its requests are good for all but the primary: nobody may blame the primary. */
    static void crook(Stage stage) {
        stage.batches(100);
        stage.sleep(5 * Plan.SECONDS);
        stage.refuse(stage.view() > 0, "a client that never signs moves the view to " + stage.view());
        stage.mark(stage.tally().seen(Fault.CROOKED_CLIENT) > 0);
    }

    /**
     * Two operations under one timestamp, or timestamps of the far future: one is done at most, and it is nobody else's
     * trouble (S35).
     */
    static void timestamps(Stage stage) {
        stage.batches(200);
        stage.sleep(5 * Plan.SECONDS);
        stage.refuse(stage.view() > 0, "a client that uses timestamps twice moves the view to " + stage.view());
        long missing = stage.tally().been(Situation.REQUEST_MISSING);
        stage.refuse(
                missing > 2L * (stage.replicas() - 1),
                "proposals named requests that somebody lacked, " + missing + " times in five seconds");
        stage.mark(stage.tally().seen(Fault.CROOKED_CLIENT) > 0);
    }

    /**
     * Its requests are good for one replica alone, the primary of every view: it costs a view change for each of f+1
     * primaries, no more, and not two in ten seconds (AG7).
     */
    static void dividing(Stage stage) {
        stage.batches(20);
        stage.sleep(5 * Plan.SECONDS);
        refuseViewsAfter(1, stage);
        isFound(stage);
        refuseViewsAfter(stage.plan().faulty() + 1, stage);
    }

    /**
     * Each backup knows the requests of two of its sessions of three, and the primary those of all: who saw nothing of a
     * proposal that was stuck, because it was behind, may be the next primary, but it finds out as well.
     */
    static void scattered(Stage stage) {
        stage.batches(20);
        isFound(stage);
        refuseViewsAfter(stage.replicas(), stage);
    }

    private static void isFound(Stage stage) {
        stage.until("in quarantine", () -> stage.tally().been(Situation.QUARANTINED) > 0);
        stage.sleep(2 * Plan.SECONDS);
        stage.batches(20);
        stage.mark(stage.view() > 0);
    }

    private static void refuseViewsAfter(long last, Stage stage) {
        stage.refuse(stage.view() > last, "a client that never signs moves the view to " + stage.view());
    }

    /** Faulty primaries, one after another, propose what honest clients never asked for: none has to pay for it. */
    static void inventedRequests(Stage stage) {
        int faulty = stage.plan().faulty();
        stage.until("a correct primary", () -> stage.view() >= faulty);
        stage.batches(20);
        stage.sleep(Plan.SECONDS);
        stage.batches(20);
        stage.mark(stage.tally().done(Behaviour.FORGED_REQUESTS) > 0);
    }

    /** Who signs what it did not mean is nobody's riddle: it costs no view change at all. */
    static void falseSignatures(Stage stage) {
        stage.batches(20);
        stage.sleep(5 * Plan.SECONDS);
        stage.batches(20);
        stage.refuse(stage.view() > 0, "a client with false signatures moves the view to " + stage.view());
        stage.mark(stage.tally().been(Situation.QUARANTINED) > 0);
    }

    /**
     * Who says that it cannot vote for what all others vote for brings no client into quarantine, and ends no view: what
     * does must be another reason.
     */
    static void lyingHolders(Stage stage) {
        for (int i = 0; i < 10; i++) {
            stage.batches(20);
            // Nothing commits for longer than a client has to sign, though less long than a primary may take.
            stage.network().set((from, to, type) -> type != Message.Type.COMMIT && type != Message.Type.DECIDED);
            stage.sleep(3 * stage.plan().tunables().viewTimeout() / 4);
            stage.network().set(Gate.OPEN);
        }
        stage.refuse(stage.tally().been(Situation.QUARANTINED) > 0, "f replicas bring a client into quarantine");
        stage.mark(stage.tally().done(Behaviour.LYING_HOLDS) > 0);
    }

    /** With a faulty primary the view changes, once, for the sake of the others. */
    static void crookAndPrimary(Stage stage) {
        stage.batches(60);
        long view = stage.view();
        stage.sleep(5 * Plan.SECONDS);
        stage.refuse(stage.view() > view + 1, "views change on and on: " + stage.view());
        stage.mark(view > 0);
    }

    /** One client of three shows backups what the primary does not get: nobody finds the primary slow for it. */
    static void withheld(Stage stage) {
        stage.batches(200);
        stage.sleep(5 * Plan.SECONDS);
        stage.batches(20);
        stage.refuse(stage.view() > 0, "a client that withholds its requests moves the view to " + stage.view());
        stage.mark(stage.tally().seen(Fault.CROOKED_CLIENT) > 0);
    }

    /** One client has 24 operations under way and five have one: it is served more than they together, and not five times. */
    static void greed(Stage stage) {
        stage.batches(100);
        long greedy = ofGreedy(stage);
        long others = ofOthers(stage);
        stage.batches(600);
        greedy = ofGreedy(stage) - greedy;
        others = ofOthers(stage) - others;
        stage.refuse(greedy > 3 * others, "one client is served " + greedy + " times, all others " + others);
        stage.mark(greedy > others / 2);
    }

    private static long ofGreedy(Stage stage) {
        return stage.tally().servedOf(SimClient.FIRST_ID + stage.plan().load().clients() - 1);
    }

    private static long ofOthers(Stage stage) {
        return IntStream.range(0, stage.plan().load().clients() - 1)
                .mapToLong(i -> stage.tally().servedOf(SimClient.FIRST_ID + i))
                .sum();
    }

    /** Replicas are rebooted one after another, and a client goes on with the keys that it had before: others go on too. */
    static void oldKeys(Stage stage) {
        for (int i = 0; i < stage.replicas(); i++) {
            stage.batches(20);
            int replica = i;
            stage.recover(replica);
            stage.until("it is back", () -> stage.nodes().isActive(replica));
        }
        stage.batches(50);
        stage.mark(stage.tally().seen(Fault.CROOKED_CLIENT) > 0);
    }

    /**
     * Who says everything hundreds of times is not listened to for most of the time, and the others go on. Views end by
     * hand-over: with another replica cut off there would be more faulty ones than f.
     */
    static void flood(Stage stage) {
        stage.batches(20);
        // Of what is said of batches much may be of no use.
        ViewChangeScripts.killClients(stage);
        stage.sleep(10 * Plan.SECONDS, () -> stage.tally().been(Situation.MUTED) > 0);
        ViewChangeScripts.ask(stage);
        for (int i = 0; i < 5; i++) {
            stage.batches(20);
            long view = stage.view();
            stage.nodes().replica(stage.primary()).handOver();
            stage.viewAfter(view);
        }
        stage.refuse(stage.tally().been(Situation.MUTED) == 0, "who floods is listened to all the time");
        stage.mark(stage.tally().done(Behaviour.FLOOD) > 0);
    }

    static void restart(Stage stage) {
        for (int i = 0; i < 3; i++) {
            stage.batches(15);
            stage.mark(stage.nodes().client(i).pending() > 0);
            stage.nodes().killClient(i);
            stage.sleep(50 * Plan.MILLIS);
            stage.nodes().startClient(i);
            stage.changeView();
        }
    }

    private static void askOnly(Stage stage, Optional<Operation.Kind> kind) {
        stage.nodes().clients().forEach(client -> client.asksOnly(kind));
    }

    /** Sessions come and go, and the primary proposes their OPENs again: none takes effect twice (amendment AG8). */
    static void replayedOpenings(Stage stage) {
        for (int i = 0; i < 12; i++) {
            stage.batches(25);
            stage.nodes().killClient(i % 3);
            stage.sleep(50 * Plan.MILLIS);
            stage.nodes().startClient(i % 3);
        }
        stage.batches(25);
        boolean evicted =
                stage.tally().of(Tally.Count.OPENINGS) > stage.plan().tunables().sessions();
        stage.mark(evicted && stage.tally().done(Behaviour.DUPLICATES) > 0);
    }

    /**
     * No reply gets through for a while: all is asked for again, nothing runs twice. Of results too long to be kept only
     * that they are dropped is answered.
     */
    static void lostReplies(Stage stage) {
        stage.batches(20);
        for (int i = 0; i < 3; i++) {
            askOnly(stage, Optional.of(Operation.Kind.LONG));
            stage.batches(10);
            stage.network().set((from, to, type) -> type != Message.Type.REPLY);
            stage.sleep(500 * Plan.MILLIS);
            askOnly(stage, Optional.empty());
            stage.network().set(Gate.OPEN);
            stage.changeView();
            stage.batches(20);
        }
        stage.mark(stage.network().lost() > 0 && stage.tally().of(Tally.Count.RESULTS_DROPPED) > 0);
    }
}
