package dev.bft.sim;

import static dev.bft.sim.PlantedBugs.bug;

import dev.bft.sim.PlantedBug.Hunt;
import dev.bft.sim.PlantedBugs.Place;
import java.util.ArrayList;
import java.util.List;

/**
 * Planted bugs in what is executed ahead and told tentatively, in reads and in what a client believes.
 *
 * <p>Not here: that no read is answered while a batch is executed ahead. The read floor is that batch's seqno then, so the
 * one rule implies the other; both are left out at once. Nor that a read which is ordered after all forgets what was answered
 * to it: with answers of 2f from the state that committed and of one more ahead of it, what a client takes is still what a
 * read may say.
 */
final class PlantedTentative {
    private PlantedTentative() {}

    static List<PlantedBug> all() {
        List<PlantedBug> all = new ArrayList<>(believed());
        all.addAll(reads());
        all.addAll(undone());
        return all;
    }

    /** In what a client takes for the truth. */
    private static List<PlantedBug> believed() {
        return List.of(
                bug("f+1 replies are enough", "Outstanding")
                        .replaces("views.size() >= node.quorum())", "views.size() >= node.weakQuorum())")
                        .caught(Hunt.scenario("tentative-replies-of-two-views", 8), "reply", "real-time"),
                bug("tentative replies of several views are added up", "Outstanding")
                        .replaces("return !reply.tentative() || reply.view() == view;", "return view >= 0;")
                        .caught(Hunt.scenario("tentative-replies-of-two-views", 8), "reply", "real-time"),
                bug("a result that its digest is not of is taken", "Outstanding")
                        .replaces(
                                ".filter(answer -> answer.says(last))\n                .map(Answer::reply)",
                                ".map(Answer::reply)")
                        .caught(Hunt.scenario("lying-replies", 8), "reply"),
                bug("answers to a read count for what is ordered", "Outstanding")
                        .replaces(
                                "&& (reply.basis() == Reply.Basis.READ) == (request.kind() == Request.Kind.READ);",
                                "&& (reply.basis() == Reply.Basis.READ || request.kind() != Request.Kind.READ);")
                        .caught(Hunt.scenario("s37-read-that-is-ordered-after-all", 8), "reply"));
    }

    /** In reads out of order. */
    private static List<PlantedBug> reads() {
        return List.of(
                bug("a read is answered from a state below what was told", "Reads")
                        .replaces("&& log.executed() >= log.readFloor();", ";")
                        .caught(Hunt.scenario("ag1-read-after-rollback", 8), "read-floor"),
                bug("a read is answered from what is executed ahead", "Reads")
                        .replaces(
                                "                && !execution.isAhead()\n                && !amnesia.isActive()\n"
                                        + "                && gate.isOpen()\n                && log.executed() >= log.readFloor();",
                                "                && !amnesia.isActive()\n                && gate.isOpen()\n"
                                        + "                && (execution.isAhead() || log.executed() >= log.readFloor());")
                        .caught(Hunt.seeds(20), "read-floor", "reply"),
                bug("a rollback lowers the read floor", "Views")
                        .replaces(
                                "        agreement.leaveView();\n",
                                "        agreement.leaveView();\n        log.lowerReadFloor(log.executed() + 1);\n")
                        .caught(Hunt.scenario("ag1-read-after-rollback", 8), "read-floor"),
                bug("a boot lowers the read floor", "Views")
                        .replaces(
                                "        if (written) {\n            // Not when",
                                "        if (newView.end() > 0) {\n            // Not when")
                        .caught(Hunt.seeds(60), "read-floor", "reply"),
                bug("a boot forgets what was told", "Progress")
                        .replaces("Math.max(log.lastPrepared(), loaded", "Math.max(0L, loaded")
                        .caught(Hunt.seeds(60), "read-floor", "reply"));
    }

    /** In what is executed ahead, told and undone. */
    private static List<PlantedBug> undone() {
        return List.of(
                new Place("an undo misses a page", "state/PagedState.java")
                        .replaces(
                                "undo.undo((page, frame) -> {",
                                "undo.undo((page, frame) -> { if (page % 8 == 5) { return; }")
                        .caught(Hunt.seeds(20), "rollback-exactness", "equal-digests", "reply", "same-execution"),
                bug("a rollback leaves the table of sessions as it is", "Execution")
                        .replaces(
                                "            state.undo();\n            sessions.rebuild();",
                                "            state.undo();")
                        .caught(Hunt.seeds(200), "same-execution", "equal-digests", "reply", "rollback-exactness"),
                bug("a checkpoint is taken of what only prepared", "Execution")
                        .replaces(
                                "List<Answered> answers = run(seqno, batch);\n        ahead =",
                                "List<Answered> answers = run(seqno, batch);"
                                        + " if (seqno % node.settings.checkpointPeriod() == 0) {"
                                        + " state.release(); state.fold(seqno - 1); state.mark(); } ahead =")
                        .caught(
                                Hunt.scenario("rc12-undone-checkpoint-batch", 8),
                                "rollback-exactness",
                                "equal-digests",
                                "no-false-alarm"),
                bug("a tentative reply leaves before the prepared record is on disk", "ReplyGate")
                        .replaces("if (!told && slot.preparedDurable) {", "if (!told) {")
                        .caught(Hunt.scenario("ag2-power-cut-before-the-prepared-fact", 4), "durable-first"),
                bug("a view change forgets the rollback", "Views")
                        .replaces("        execution.rollBack();\n", "")
                        .caught(Hunt.seeds(20), "tentative-bound"),
                bug("a fetch begins without a rollback", "Progress")
                        .replaces("            execution.rollBack();\n", "")
                        .caught(Hunt.seeds(60), "tentative-bound"));
    }
}
