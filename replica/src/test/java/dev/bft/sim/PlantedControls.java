package dev.bft.sim;

import static dev.bft.sim.PlantedBugs.bug;

import dev.bft.sim.PlantedBug.Hunt;
import dev.bft.sim.PlantedBugs.Place;
import java.util.ArrayList;
import java.util.List;

/** Planted bugs that are the control of one scenario each: without the rule that answers it, it fails. */
final class PlantedControls {
    private PlantedControls() {}

    static List<PlantedBug> all() {
        List<PlantedBug> all = new ArrayList<>(normalCase());
        all.addAll(viewChanges());
        all.addAll(departures());
        all.addAll(losses());
        all.addAll(times());
        all.addAll(states());
        return all;
    }

    private static List<PlantedBug> normalCase() {
        return List.of(
                bug("a proposal far ahead of the window is taken", "Log")
                        .replaces("return seqno > stable && seqno <= high();", "return seqno > stable;")
                        .caught(Hunt.scenario("s10-gaps", 8), "window"),
                bug("nobody but the primary has bodies to send", "StatusExchange")
                        .replaces(
                                "node.out.add(new Effect.SendToReplica(m.replica, node.keys.unsigned(new Body(seqno, batch))));",
                                "")
                        .caught(Hunt.scenario("s15-withheld-bodies", 8), "liveness"));
    }

    private static List<PlantedBug> viewChanges() {
        return List.of(
                bug("nobody acknowledges VIEW-CHANGEs", "Views")
                        .replaces("return !amnesia.isActive() && newViews.isWithinReach(m);", "return node == null;")
                        .caught(Hunt.scenario("s24-selective-view-changes", 4), "liveness"),
                bug("what others pass on of a VIEW-CHANGE is not taken", "NewViews")
                        .replaces(
                                "if (!wanted || !isWellFormed(m.viewChange())) {",
                                "if (wanted || isWellFormed(m.viewChange())) {")
                        .caught(Hunt.scenario("s22-two-view-changes", 8), "liveness"),
                bug("batches that a NEW-VIEW needs are not sent", "ViewStatus")
                        .replaces("if (body.isPresent() && left > 0) {", "if (body.isPresent() && left < 0) {")
                        .caught(Hunt.scenario("s26-missing-batches", 8), "liveness"),
                bug("one alone in a later view is followed", "Views")
                        .replaces(
                                "if (reached > node.view()) {",
                                "if (said.reachedBy(1) > node.view()) { leave(said.reachedBy(1), \"f+1 others left\"); }"
                                        + " else if (reached > node.view()) {")
                        .caught(Hunt.scenario("s28-alone-in-a-higher-view", 4), "scenario", "good-reason"),
                bug("an answer that was lost is not given again", "Execution")
                        .replaces(
                                "return same ? Optional.of(reply(request, sessions.cached(s))) : Optional.empty();",
                                "return Optional.empty();")
                        .caught(Hunt.scenario("s40-lost-replies", 4), "liveness"),
                bug("who waits for a later view is told nothing", "StatusExchange")
                        .replaces("answer(lacks, false);", "if (m.view() <= node.view()) { answer(lacks, false); }")
                        .caught(Hunt.scenario("ag5-decisions-whatever-the-view", 4), "liveness"),
                bug("an overtaken view begins all the same", "Views")
                        .replaces("if (otherwise.isPresent()) {", "if (otherwise.isPresent() && node.view() < 0) {")
                        .caught(Hunt.scenario("ag11-overtaken-view", 8), "no-exception"),
                bug("a COMMIT of another view is dropped", "Commitment")
                        .replaces(
                                "if (slot.commits.differs(sender, m.view(), m.batch())) {",
                                "if (m.view() != node.view() || slot.commits.differs(sender, m.view(), m.batch())) {")
                        .caught(Hunt.scenario("ag5-decisions-whatever-the-view", 4), "liveness"),
                bug("the new-view timer stops at a valid NEW-VIEW", "Views")
                        .replaces("written = true;", "written = true; watch.begun();")
                        .caught(Hunt.scenario("ag10-batches-that-nobody-has", 4), "liveness"),
                bug("later votes vouch for nothing", "NewViewDecision")
                        .replaces("return second >= p.view();", "return second > Long.MAX_VALUE - 1;")
                        .caught(Hunt.scenario("s27-no-progress", 4), "liveness"),
                bug("Q is not bounded", "VoteHistory")
                        .replaces(
                                "while (past.prePrepared.size() > digestsMax) {",
                                "while (past.prePrepared.size() > Integer.MAX_VALUE - 1) {")
                        .caught(Hunt.scenario("s27-no-progress", 4), "well-formed-view-change"),
                bug("a batch that nobody has keeps a view from beginning", "NewViewDecision")
                        .replaces(
                                "missing.add(new Missing(seqno, batch));",
                                "missing.add(new Missing(seqno, batch)); return Optional.empty();")
                        .caught(Hunt.scenario("ag10-batches-that-nobody-has", 4), "liveness"));
    }

    /** Why views end, or go on. */
    private static List<PlantedBug> departures() {
        return List.of(
                bug("no request waits too long", "ViewWatch")
                        .replaces("return behind || alone ? again() : leavePrimary();", "return again();")
                        .caught(Hunt.scenario("s8-silent", 4), "liveness"),
                bug("a NEW-VIEW that does not come is waited for", "ViewWatch")
                        .replaces(
                                "return fetching ? again() : leave(\"its NEW-VIEW did not come in time\");",
                                "return again();")
                        .caught(Hunt.scenario("s19-cascade", 4).of(7), "liveness"),
                bug("the new-view timer runs with 2f that went as far", "ViewWatch")
                        .replaces(
                                "if (limbo && gone >= node.quorums.strong()) {",
                                "if (limbo && gone >= node.quorums.prepares()) {")
                        .caught(Hunt.scenario("s29-no-quorum-of-view-changes", 4), "scenario"),
                bug("a new primary is content with the first 2f+1 VIEW-CHANGEs", "NewViews")
                        .replaces(
                                ".ifPresent(s -> collected.putIfAbsent(sender, s.message()));",
                                ".filter(s -> collected.size() < node.quorums.strong())"
                                        + ".ifPresent(s -> collected.putIfAbsent(sender, s.message()));")
                        .caught(Hunt.scenario("s30-more-than-a-quorum", 8), "scenario"),
                bug("a primary that is asked to hand over stays", "Views")
                        .replaces("leave(node.view() + 1, \"hand-over\");", "")
                        .caught(Hunt.scenario("hand-over", 4), "liveness"));
    }

    /**
     * Whose time it is (amendment RC7). Not here: that a new primary chooses no batch of the future. Backups vote for none,
     * so its view fails, and that is all.
     */
    private static List<PlantedBug> times() {
        return List.of(
                bug("a proposed time is not looked at", "Nondet")
                        .replaces(
                                "|| (isUsable(batch)\n                        && batch.proposedTime() >= node.wall - skew\n",
                                "|| (skew > 0\n")
                        .caught(Hunt.scenario("s12-bad-nondet", 8), "agreed-time"),
                bug("a backup takes what a NEW-VIEW chose, of whatever time", "HeldProposals")
                        .replaces("(chosen ? nondet.isUsable(batch) :", "(chosen ||")
                        .caught(Hunt.scenario("rc7-primary-sets-the-clock", 8), "agreed-time"),
                bug("agreed time goes back with the primary's", "Sessions")
                        .replaces("Math.max(proposed, agreedTime() + 1)", "proposed")
                        .caught(Hunt.scenario("s12-unsteady-times", 8), "agreed-time"),
                bug("a batch is executed by the own clock", "Execution")
                        .replaces("sessions.advanceTime(batch.proposedTime());", "sessions.advanceTime(node.wall);")
                        .caught(Hunt.seeds(10), "same-execution", "equal-digests", "reply"));
    }

    /** How a state is fetched. */
    private static List<PlantedBug> states() {
        return List.of(
                new Place("a page that is fetched is not compared with its digest", "state/Transfer.java")
                        .replaces(
                                "if (!state.tree().pageDigest(page, bytes).equals(pageDigests[page])) {",
                                "if (bytes.length == 0) {")
                        .caught(Hunt.scenario("s44-wrong-and-late-answers", 8), "sound-state"),
                new Place("pages of an earlier checkpoint are taken for those of a later one", "state/Transfer.java")
                        .replaces(
                                "onPage(page, bytes);",
                                "pages.here(page); staged[page] = inherited[page]; inherited[page] = Layer.NONE;")
                        .caught(Hunt.scenario("s43-later-checkpoints", 16), "sound-state"),
                bug("a fetched state does not take execution back", "Progress")
                        .replaces(
                                "log.setExecuted(seqno);\n            checkpoints.replace",
                                "log.setExecuted(Math.max(seqno, log.executed()));\n            checkpoints.replace")
                        .caught(
                                Hunt.scenario("rc5-fetch-below-what-was-executed", 8),
                                "monotone",
                                "tentative-bound",
                                "equal-digests",
                                "single-order"),
                bug("nobody slows down for a replica that cannot catch up", "Pace")
                        .replaces("return !isAsked(now) || ", "return now >= 0 || ")
                        .caught(Hunt.scenario("s48-faster-than-the-transfer", 4), "liveness"),
                bug("what comes slowly is asked for again before it can be there", "Catchup")
                        .replaces("Math.min(PATIENCE_MAX, Math.max(", "Math.min(PATIENCE, Math.max(")
                        .caught(Hunt.scenario("s48-faster-than-the-transfer", 4), "liveness"),
                bug("who asks too often is answered all the same", "Serving")
                        .replaces("|| !fetcher.pages.take(node.now, cost(m))", "")
                        .caught(Hunt.scenario("s49-fetch-flood", 4), "scenario"));
    }

    /** What was lost, or missed. */
    private static List<PlantedBug> losses() {
        return List.of(
                bug("votes that were lost are not said again", "StatusExchange")
                        .replaces("node.send(m.replica, statement);", "")
                        .caught(Hunt.scenario("s1-lost-votes", 8), "scenario"),
                bug("nobody fetches a state that others are ahead with", "Catchup")
                        .replaces("start(ahead.get());", "")
                        .caught(Hunt.scenario("s42-two-intervals-behind", 4), "liveness"),
                bug("a state is not fetched from one replica alone", "Catchup")
                        .replaces(
                                "for (Transfer.Ask ask : transfer.get().next()) {",
                                "for (Transfer.Ask ask : holders.size() < node.quorums.weak()"
                                        + " ? List.<Transfer.Ask>of() : transfer.get().next()) {")
                        .caught(Hunt.scenario("s31-one-holder", 4), "liveness"),
                bug("a NEW-KEY that was lost is not sent again", "KeyExchange")
                        .replaces("node.out.add(new Effect.SendToReplica(receiver, peer.lastFrame));", "")
                        .caught(Hunt.scenario("s51-lost-new-keys", 4), "liveness"));
    }
}
