package dev.bft.sim;

/** Clients whose credentials expire or are revoked while they are at work (decisions 0.5-11). */
final class CredentialScripts {
    private static final int VICTIM = 1;

    private CredentialScripts() {}

    /** It expires for all replicas at one and the same batch, and for those that boot or fetch afterwards as well. */
    static void expires(Stage stage) {
        stage.until("a client that expires", () -> stage.tally().seen(Fault.EXPIRED_CLIENT) > 0);
        long told = stage.tally().seen(Fault.EXPIRED_CLIENT);
        stage.recover(0);
        stage.batches(20);
        stage.changeView();
        comesAgain(stage);
        stage.until("told again", () -> stage.tally().seen(Fault.EXPIRED_CLIENT) > told);
        stage.mark(true);
    }

    /**
     * It is revoked in the middle of its work, with what others asked for under way. A replica that was away and fetches
     * the state knows it too: as primary it serves the client no more than the others.
     */
    static void revoked(Stage stage) {
        int away = stage.replicas() - 1;
        stage.batches(20);
        Runnable mend = stage.network().cuts().around(away);
        stage.nodes().client(VICTIM).forges(0);
        stage.nodes().client(0).revokes(VICTIM);
        stage.until("a revocation", () -> stage.tally().seen(Fault.REVOKED_CLIENT) > 0);
        stage.until("told that it is revoked", () -> stage.tally().been(Situation.TOLD_REVOKED) > 0);
        stage.batches(4 * stage.plan().tunables().logSize());
        stage.nodes().clients().forEach(SimClient::calmDown);
        mend.run();
        stage.until("a fetched state", () -> stage.tally().of(Tally.Count.TRANSFERS) > 0 && !stage.isBehind(away));
        for (int i = 0; i < stage.replicas(); i++) {
            comesAgain(stage);
            stage.changeView();
            stage.batches(5);
        }
        stage.mark(stage.tally().of(Tally.Count.TRANSFERS) > 0);
    }

    /** The same after all replicas have booted. */
    static void revokedBeforeABoot(Stage stage) {
        stage.batches(20);
        stage.nodes().client(0).revokes(VICTIM);
        stage.until("told that it is revoked", () -> stage.tally().been(Situation.TOLD_REVOKED) > 0);
        stage.batches(2 * stage.plan().tunables().checkpointPeriod());
        for (int i = 0; i < stage.replicas(); i++) {
            long recovered = stage.tally().of(Tally.Count.RECOVERIES);
            int replica = i;
            stage.recover(replica);
            stage.until("a recovery", () -> stage.tally().of(Tally.Count.RECOVERIES) > recovered);
            stage.until("the replica again", () -> stage.nodes().isActive(replica));
        }
        long told = stage.tally().been(Situation.TOLD_REVOKED);
        comesAgain(stage);
        stage.until("told again", () -> stage.tally().been(Situation.TOLD_REVOKED) > told);
        stage.batches(20);
        stage.mark(true);
    }

    /** Nobody is revoked by what the root did not sign, or signed for another cluster; keys are real ones. */
    static void forged(Stage stage) {
        for (int i = 0; i < 5; i++) {
            stage.batches(10);
            stage.nodes().client(VICTIM).forges(0);
            stage.nodes().client(0).forges(VICTIM);
        }
        stage.batches(20);
        stage.refuse(stage.tally().seen(Fault.REVOKED_CLIENT) > 0, "a client is revoked without the root");
        stage.mark(stage.nodes().client(0).isUp());
    }

    private static void comesAgain(Stage stage) {
        stage.nodes().killClient(VICTIM);
        stage.sleep(20 * Plan.MILLIS);
        stage.nodes().startClient(VICTIM);
        stage.sleep(200 * Plan.MILLIS);
    }
}
