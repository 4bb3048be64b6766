package dev.bft.sim;

import java.util.ArrayList;
import java.util.List;

/** All scenarios. */
final class Scenarios {
    private Scenarios() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.addAll(primaries());
        all.addAll(viewChanges());
        all.addAll(moreViewChanges());
        all.addAll(networks());
        all.addAll(keys());
        all.addAll(clients());
        all.addAll(tentative());
        all.addAll(states());
        all.addAll(credentials());
        return all;
    }

    /** The scenario of this name. */
    static Scenario of(String name) {
        return all().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario is called " + name));
    }

    /** Faulty primaries, and votes of others. */
    private static List<Scenario> primaries() {
        return List.of(
                new Scenario("s8-silent", Casts.faulty(0, Behaviour.SILENCE), PrimaryScripts::isReplaced),
                new Scenario(
                        "s8-silent-as-primary", Casts.faulty(0, Behaviour.SILENT_PRIMARY), PrimaryScripts::isReplaced),
                new Scenario("s9-equivocation", Casts.faulty(0, Behaviour.EQUIVOCATION), PrimaryScripts::isReplaced),
                new Scenario("s10-gaps", Casts.faulty(0, Behaviour.GAPS), PrimaryScripts::isReplaced),
                new Scenario("s18-null-batches", Casts.faulty(0, Behaviour.NULL_BATCHES), PrimaryScripts::isReplaced),
                new Scenario("s11-duplicates", Casts.faulty(0, Behaviour.DUPLICATES), PrimaryScripts::misbehaves),
                new Scenario("s12-bad-nondet", Casts.faulty(0, Behaviour.BAD_TIMES), PrimaryScripts::isReplaced),
                new Scenario(
                        "s12-unsteady-times", Casts.faulty(0, Behaviour.UNSTEADY_TIMES), PrimaryScripts::misbehaves),
                new Scenario(
                        "s13-forged-requests", Casts.faulty(0, Behaviour.FORGED_REQUESTS), PrimaryScripts::isReplaced),
                new Scenario("s14-exclusion", Casts.faulty(0, Behaviour.EXCLUSION), PrimaryScripts::excludes),
                new Scenario(
                        "s15-withheld-bodies",
                        Casts.atLeisure(0, Behaviour.WITHHELD_BODIES),
                        PrimaryScripts::withholds),
                new Scenario(
                        "s15-withheld-requests",
                        Casts.patient(0, Behaviour.WITHHELD_BODIES),
                        PrimaryScripts::withholdsRequests),
                new Scenario(
                        "s15-wrong-bodies", Casts.patient(1, Behaviour.WRONG_BODIES), PrimaryScripts::sendsWrongBodies),
                new Scenario(
                        "s15-missing-requests",
                        Casts.faulty(0, Behaviour.MISSING_REQUESTS),
                        PrimaryScripts::isReplaced),
                new Scenario(
                        "s16-just-below-the-timeout",
                        Casts.asManyAsMayBe(Behaviour.SLUGGISH),
                        PrimaryScripts::sluggish),
                new Scenario(
                        "s17-favours-some",
                        Casts.busy(Casts.patiently(2000, Casts.asManyAsMayBe(Behaviour.FAVOURING))),
                        PrimaryScripts::unfair),
                new Scenario("s19-cascade", Casts.asManyAsMayBe(Behaviour.SILENCE), PrimaryScripts::cascade),
                new Scenario("twins-as-primary", Casts.faulty(0, Behaviour.TWINS), PrimaryScripts::goesOn),
                new Scenario("twins-as-backups", Casts.faulty(1, Behaviour.TWINS), ViewChangeScripts::change),
                new Scenario(
                        "wrong-votes",
                        Casts.faulty(1, Behaviour.WRONG_VOTES, Behaviour.HASTY_COMMITS),
                        ViewChangeScripts::change),
                new Scenario(
                        "in-the-name-of-others",
                        Casts.faulty(1, Behaviour.IMPERSONATION),
                        ViewChangeScripts::changeAfterLies),
                new Scenario("lying-decisions", Casts.faulty(1, Behaviour.LYING_DECISIONS), ViewChangeScripts::change),
                new Scenario(
                        "lying-states",
                        Casts.faulty(1, Behaviour.LYING_CHECKPOINTS, Behaviour.LYING_STATUS, Behaviour.CORRUPT_PAGES),
                        ViewChangeScripts::change));
    }

    /** View changes with somebody faulty. */
    private static List<Scenario> viewChanges() {
        return List.of(
                new Scenario("s20-false-p", Casts.lastFaulty(Behaviour.FALSE_P), ViewChangeScripts::change),
                new Scenario("s21-omitted-p", Casts.lastFaulty(Behaviour.OMITTED_P), ViewChangeScripts::change),
                new Scenario(
                        "false-checkpoints", Casts.lastFaulty(Behaviour.FALSE_CHECKPOINTS), ViewChangeScripts::change),
                new Scenario(
                        "s22-two-view-changes",
                        Casts.lastFaulty(Behaviour.TWO_VIEW_CHANGES),
                        ViewChangeScripts::toldOtherwise),
                new Scenario(
                        "s23-wrong-new-views", Casts.faulty(1, Behaviour.WRONG_NEW_VIEWS), ViewChangeScripts::change),
                new Scenario(
                        "s23-two-new-views",
                        Casts.faulty(1, Behaviour.TWO_NEW_VIEWS),
                        ViewChangeScripts::twoBeginnings),
                new Scenario(
                        "self-serving-new-views",
                        Casts.faulty(1, Behaviour.SELF_SERVING_NEW_VIEWS),
                        ViewChangeScripts::change),
                new Scenario(
                        "ag11-overtaken-view",
                        Casts.faulty(1, Behaviour.CLAIMED_PREPARES),
                        AmendmentScripts::overtaken),
                new Scenario(
                        "forged-view-changes",
                        Casts.faulty(1, Behaviour.FORGED_VIEW_CHANGES),
                        ViewChangeScripts::change),
                new Scenario(
                        "invented-new-views",
                        Casts.lastFaulty(Behaviour.INVENTED_NEW_VIEWS),
                        ViewChangeScripts::change),
                new Scenario(
                        "s24-selective-view-changes",
                        Casts.lastFaulty(Behaviour.SELECTIVE_VIEW_CHANGES),
                        ViewChangeScripts::change),
                new Scenario("false-acks", Casts.lastFaulty(Behaviour.FALSE_ACKS), ViewChangeScripts::change));
    }

    /** View changes at the wrong moment. */
    private static List<Scenario> moreViewChanges() {
        return List.of(
                new Scenario("hand-over", Casts.nobody(), PrimaryScripts::handsOver),
                new Scenario("s25-at-a-checkpoint", Casts.oneAtATime(), ViewChangeScripts::atCheckpoint),
                new Scenario("s27-no-progress", Casts.nobody(), ViewChangeScripts::noProgress),
                new Scenario("s31-one-holder", Casts.nobody(), ViewChangeScripts::oneHolder),
                new Scenario("s26-missing-batches", Casts.nobody(), ViewChangeScripts::missingBatches),
                new Scenario("s28-alone-in-a-higher-view", Casts.nobody(), ViewChangeScripts::alone),
                new Scenario("s29-no-quorum-of-view-changes", Casts.refreshing(600_000), ViewChangeScripts::noQuorum),
                new Scenario(
                        "s30-more-than-a-quorum",
                        Casts.lastFaulty(Behaviour.FALSE_P),
                        ViewChangeScripts::moreThanAQuorum),
                new Scenario(
                        "s32-ahead-of-the-checkpoint",
                        Casts.asManyAsMayBe(Behaviour.FALSE_CHECKPOINTS),
                        ViewChangeScripts::ahead),
                new Scenario(
                        "s33-enormous-views", Casts.lastFaulty(Behaviour.ENORMOUS_VIEWS), ViewChangeScripts::change),
                new Scenario(
                        "hasty-view-changes",
                        Casts.lastFaulty(Behaviour.HASTY_VIEW_CHANGES),
                        ViewChangeScripts::change),
                new Scenario(
                        "ag5-decisions-whatever-the-view", Casts.longLog(), AmendmentScripts::decisionsOfOtherViews),
                new Scenario(
                        "ag10-batches-that-nobody-has",
                        Casts.lastFaulty(Behaviour.INVENTED_BATCHES),
                        AmendmentScripts::inventedBatches),
                new Scenario(
                        "rc7-primary-sets-the-clock",
                        Casts.lastFaulty(Behaviour.FUTURE_BATCHES),
                        AmendmentScripts::futureBatches),
                new Scenario("ag10-shortcut", Casts.nobody(), AmendmentScripts::shortcut),
                new Scenario("ag11-evidence-then-view-change", Casts.nobody(), AmendmentScripts::evidence),
                new Scenario("ag12-primary-dies-over-new-view", Casts.nobody(), AmendmentScripts::diesOverNewView),
                new Scenario("ag12-power-cut-in-a-later-view", Casts.nobody(), AmendmentScripts::powerCut),
                new Scenario("memory-mode", Casts.inMemory(), ViewChangeScripts::recoveries));
    }

    /** Networks. */
    private static List<Scenario> networks() {
        return List.of(
                new Scenario("s1-loss", Casts.storm(0.4, 0, 0), NetworkScripts::storm),
                new Scenario("s1-lost-votes", Casts.nobody(), NetworkScripts::lostVotes),
                new Scenario("s2-duplication-reordering-corruption", Casts.storm(0, 0.3, 0.2), NetworkScripts::storm),
                new Scenario("s3-one-way", Casts.nobody(), NetworkScripts::oneWay),
                new Scenario("s4-halves", Casts.nobody(), NetworkScripts::halves),
                new Scenario("s4-majority", Casts.nobody(), NetworkScripts::majority),
                new Scenario("s4-each-alone", Casts.nobody(), NetworkScripts::eachAlone),
                new Scenario("s5-slow-primary", Casts.nobody(), NetworkScripts::slowPrimary),
                new Scenario("short-timeout", Casts.nobody(), NetworkScripts::shortTimeout),
                new Scenario("s5-slow-backup", Casts.nobody(), NetworkScripts::slowBackup),
                new Scenario("s6-replay", Casts.storm(0, 0, 0), NetworkScripts::replay),
                new Scenario("s7-long-delays", Casts.refreshing(1000), NetworkScripts::longDelays),
                new Scenario("s42-two-intervals-behind", Casts.nobody(), NetworkScripts::behind));
    }

    /** Keys. */
    private static List<Scenario> keys() {
        return List.of(
                new Scenario("s50-refresh-in-the-middle", Casts.refreshing(1200), NetworkScripts::everyPhase),
                new Scenario("checkpoint-before-a-boot", Casts.nobody(), NetworkScripts::checkpointBeforeABoot),
                new Scenario("s51-lost-new-keys", Casts.refreshing(5000), NetworkScripts::lostKeys),
                new Scenario("s52-old-new-keys", Casts.refreshingUnder(Fault.REPLAY_ALL), NetworkScripts::oldKeys),
                new Scenario("s53-refresh-too-often", Casts.refreshing(2), NetworkScripts::tooOften));
    }

    /** Tentative execution and reads. */
    private static List<Scenario> tentative() {
        return List.of(
                new Scenario("s36-write-as-read", Casts.nobody(), TentativeScripts::writesAsReads),
                new Scenario(
                        "s37-read-beside-rolled-back-write", Casts.nobody(), TentativeScripts::readsBesideRollbacks),
                new Scenario("a5-reads-do-not-break-liveness", Casts.longLog(), TentativeScripts::exclusion),
                new Scenario("ag1-read-after-rollback", Casts.nobody(), TentativeScripts::readAfterRollback),
                new Scenario("ag2-power-cut-before-the-prepared-fact", Casts.nobody(), TentativeScripts::powerCut),
                new Scenario("rc12-undone-checkpoint-batch", Casts.nobody(), TentativeScripts::undoneCheckpoint),
                new Scenario("s37-read-that-is-ordered-after-all", Casts.nobody(), BeliefScripts::orderedAfterAll),
                new Scenario(
                        "tentative-replies-of-two-views",
                        Casts.lastFaultyAsMayBe(Behaviour.OMITTED_P),
                        BeliefScripts::twoViews),
                new Scenario("lying-replies", Casts.lastFaulty(Behaviour.LYING_REPLIES), TentativeScripts::lies));
    }

    /** States that are fetched. */
    private static List<Scenario> states() {
        return List.of(
                new Scenario("rc5-fetch-below-what-was-executed", Casts.nobody(), StateScripts::fetchBack),
                new Scenario(
                        "s43-later-checkpoints",
                        Casts.faulty(1, Behaviour.CORRUPT_PAGES),
                        StateScripts::laterCheckpoints),
                new Scenario(
                        "s44-wrong-and-late-answers",
                        Casts.faulty(1, Behaviour.CORRUPT_PAGES),
                        StateScripts::lateAnswers),
                new Scenario(
                        "s45-colluding-repliers",
                        Casts.asManyAsMayBe(Behaviour.COLLUDING_STATES),
                        StateScripts::colluding),
                new Scenario("s48-faster-than-the-transfer", Casts.nobody(), StateScripts::tooSlow),
                new Scenario("s49-fetch-flood", Casts.lastFaulty(Behaviour.FETCH_FLOOD), StateScripts::flood),
                new Scenario("s46-crash-in-a-fetch", Casts.nobody(), StateScripts::crashes),
                new Scenario("s47-diverging-replica", Casts.nobody(), StateScripts::diverges));
    }

    /** Credentials. */
    private static List<Scenario> credentials() {
        return List.of(
                new Scenario("client-expires", Casts.expiring(), CredentialScripts::expires),
                new Scenario("client-is-revoked", Casts.nobody(), CredentialScripts::revoked),
                new Scenario("client-is-revoked-before-a-boot", Casts.nobody(), CredentialScripts::revokedBeforeABoot),
                new Scenario("forged-revocations", Casts.realKeys(), CredentialScripts::forged));
    }

    /** Clients. */
    private static List<Scenario> clients() {
        return List.of(
                new Scenario("ag6-inverse-mac-attack", Casts.crooked(Crook.Way.INVERSE), ClientScripts::crook),
                new Scenario(
                        "ag6-crook-and-faulty-primary",
                        Casts.crookedAnd(Crook.Way.INVERSE, Casts.faulty(0, Behaviour.SILENT_PRIMARY)),
                        ClientScripts::crookAndPrimary),
                new Scenario(
                        "s34-requests-for-one-replica",
                        Casts.unhurried(Casts.crooked(Crook.Way.DIVIDING)),
                        ClientScripts::dividing),
                new Scenario(
                        "s34-beside-lying-holders",
                        Casts.unhurried(Casts.crookedAnd(
                                Crook.Way.DIVIDING, Casts.oneAtATime(Casts.lastFaultyAsMayBe(Behaviour.LYING_HOLDS)))),
                        ClientScripts::dividing),
                new Scenario(
                        "s34-each-session-for-others",
                        Casts.unhurried(Casts.oneAtATime(Casts.crooked(Crook.Way.SCATTERED))),
                        ClientScripts::scattered),
                new Scenario(
                        "ag7-invented-requests",
                        Casts.asManyAsMayBe(Behaviour.FORGED_REQUESTS),
                        ClientScripts::inventedRequests),
                new Scenario(
                        "s34-false-signatures",
                        Casts.crooked(Crook.Way.FALSE_SIGNATURE),
                        ClientScripts::falseSignatures),
                new Scenario(
                        "ag7-lying-holders",
                        Casts.lastFaultyAsMayBe(Behaviour.LYING_HOLDS),
                        ClientScripts::lyingHolders),
                new Scenario(
                        "ag8-replayed-openings",
                        Casts.fewSessions(0, Behaviour.DUPLICATES),
                        ClientScripts::replayedOpenings),
                new Scenario(
                        "a3-requests-withheld-from-the-primary",
                        Casts.crooked(Crook.Way.WITHHOLDING),
                        ClientScripts::withheld),
                new Scenario("s35-same-timestamp", Casts.crooked(Crook.Way.COLLIDING), ClientScripts::timestamps),
                new Scenario("s35-far-ahead", Casts.crooked(Crook.Way.FAR_AHEAD), ClientScripts::timestamps),
                new Scenario("s39-one-wants-all", Casts.busy(Casts.crooked(Crook.Way.GREEDY)), ClientScripts::greed),
                new Scenario("s41-never-refreshes", Casts.crooked(Crook.Way.OLD_KEYS), ClientScripts::oldKeys),
                new Scenario("s72-flood", Casts.lastFaultyAsMayBe(Behaviour.FLOOD), ClientScripts::flood),
                new Scenario("s38-client-restart", Casts.nobody(), ClientScripts::restart),
                new Scenario("s40-lost-replies", Casts.nobody(), ClientScripts::lostReplies));
    }
}
