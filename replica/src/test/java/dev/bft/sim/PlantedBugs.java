package dev.bft.sim;

import dev.bft.sim.PlantedBug.Hunt;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All planted bugs. */
final class PlantedBugs {
    private PlantedBugs() {}

    static List<PlantedBug> all() {
        List<PlantedBug> all = new ArrayList<>();
        all.addAll(normalCase());
        all.addAll(decisions());
        all.addAll(memories());
        all.addAll(commitments());
        all.addAll(leftovers());
        all.addAll(PlantedRules.all());
        all.addAll(PlantedControls.all());
        all.addAll(replies());
        all.addAll(PlantedTentative.all());
        all.addAll(requests());
        all.addAll(PlantedClients.all());
        all.addAll(PlantedCredentials.all());
        return all;
    }

    static Place bug(String name, String file) {
        return new Place(name, "protocol/" + file + ".java");
    }

    /** Where a bug is put. */
    record Place(String name, String file) {
        Change replaces(String right, String wrong) {
            return new Change(this, right, wrong);
        }
    }

    /** What is put there. */
    record Change(Place place, String right, String wrong) {
        PlantedBug caught(Hunt hunt, String... invariants) {
            return new PlantedBug(place.name, place.file, right, wrong, Set.of(invariants), hunt);
        }
    }

    /** Bugs of section 10.3 and alike, and those that seeds found (track-record.md). */
    private static List<PlantedBug> normalCase() {
        return List.of(
                bug("a batch commits with 2f COMMITs", "Slot")
                        .replaces("commits.with(quorums.strong());", "commits.with(quorums.prepares());")
                        .caught(Hunt.seeds(10), "committed-backing", "key-freshness"),
                bug("a batch is prepared with f PREPAREs", "Agreement")
                        .replaces("slot.canPrepare(node.quorums.prepares())", "slot.canPrepare(node.quorums.faulty())")
                        .caught(Hunt.seeds(10), "prepared-backing", "key-freshness"),
                bug("the reply cache is not looked at when a request executes", "Execution")
                        .replaces("if (r.number() == sessions.last(s)) {", "if (r.number() == -1) {")
                        .caught(Hunt.seeds(60), "exactly-once"),
                bug("a restart ignores the vote log", "Boot")
                        .replaces("for (byte[] bytes : mine) {", "for (byte[] bytes : List.<byte[]>of()) {")
                        .caught(Hunt.seeds(40), "single-vote", "sound-view-change", "no-vote-below", "monotone"),
                bug("COMMIT leaves before the prepared record is on disk", "Agreement")
                        .replaces(
                                "slot.prepared = true;",
                                "slot.prepared = true; preparedDurable(node.view(), slot.seqno);")
                        .caught(Hunt.seeds(10), "durable-first"),
                bug("a vote leaves before it is on disk", "Agreement")
                        .replaces("slot.voted = true;", "slot.voted = true; voteDurable(node.view(), slot.seqno);")
                        .caught(Hunt.seeds(10), "durable-first"),
                bug("CHECKPOINT leaves before the decided records are on disk", "Progress")
                        .replaces(
                                "node.out.report(new Fact.CheckpointTaken(seqno, digest));",
                                "node.out.report(new Fact.CheckpointTaken(seqno, digest)); announce(seqno);")
                        .caught(Hunt.seeds(10), "durable-first"),
                bug("a new segment of the vote log does not carry the open votes over", "Boot")
                        .replaces("log.slots().forEach(slot -> addSlot(slot, records));", "log.slots().clear();")
                        .caught(
                                Hunt.seeds(20),
                                "durable-first",
                                "single-vote",
                                "sound-view-change",
                                "prepared-backing"),
                bug("a new segment does not carry waiting announcements over", "Boot")
                        .replaces(".takenAbove(log.stable())", ".takenAbove(Long.MAX_VALUE - 1)")
                        .caught(Hunt.seeds(60), "durable-first"),
                bug("what a refused operation wrote stays", "Upcalls")
                        .replaces("state.undo();\n        return", "state.release();\n        return")
                        .caught(Hunt.seeds(10), "reply", "equal-digests"));
    }

    /** In what a NEW-VIEW chooses, and what backups accept. */
    private static List<PlantedBug> decisions() {
        return List.of(
                bug("A2 is not asked for", "NewViewDecision")
                        .replaces("holdsA1(p, s) && holdsA2(p, s)", "holdsA1(p, s)")
                        .caught(Hunt.scenario("self-serving-new-views", 8), "new-view", "commit-durability"),
                bug("A2 is content with f", "NewViewDecision")
                        .replaces(
                                "vouches(m, p)).count() >= quorums.weak();",
                                "vouches(m, p)).count() >= quorums.faulty();")
                        .caught(Hunt.scenario("self-serving-new-views", 8), "new-view", "commit-durability"),
                bug("A1 is content with 2f", "NewViewDecision")
                        .replaces("return agree >= quorums.strong();", "return agree >= quorums.prepares();")
                        .caught(Hunt.seeds(400), "new-view", "commit-durability"),
                bug("B is content with 2f", "NewViewDecision")
                        .replaces("return silent >= quorums.strong();", "return silent >= quorums.prepares();")
                        .caught(Hunt.seeds(60), "new-view", "commit-durability"),
                bug("VIEW-CHANGEs with h at or above a seqno count for it", "NewViewDecision")
                        .replaces("return m.stable() < seqno && seqno", "return seqno")
                        .caught(Hunt.seeds(400), "new-view", "commit-durability"),
                bug("a checkpoint that f claim is chosen", "NewViewDecision")
                        .replaces("holders >= quorums.weak();", "holders >= quorums.faulty();")
                        .caught(Hunt.seeds(60), "new-view", "commit-durability"),
                bug("a NEW-VIEW is not checked", "NewViews")
                        .replaces("if (!decision.isValid(candidate.get(), listed)) {", "if (listed.isEmpty()) {")
                        .caught(Hunt.scenario("s23-wrong-new-views", 8), "new-view"),
                bug("a NEW-VIEW may list a replica that there is not", "NewViews")
                        .replaces("allMatch(v -> v.replica() < node.replicas())", "allMatch(v -> v.replica() >= 0)")
                        .caught(Hunt.scenario("s23-wrong-new-views", 8), "no-exception"),
                bug("what f replicas acknowledge is not asked for", "NewViews")
                        .replaces(">= node.quorums.faulty())", ">= 0)")
                        .caught(Hunt.scenario("forged-view-changes", 8), "new-view", "commit-durability"));
    }

    /** In what a replica remembers of the views it left. */
    private static List<PlantedBug> memories() {
        return List.of(
                bug("VIEW-CHANGE leaves before it is on disk", "Views")
                        .replaces(
                                "said.put(node.me(), mine, node.view());",
                                "said.put(node.me(), mine, node.view()); viewChangeDurable(node.view());")
                        .caught(Hunt.seeds(10), "durable-first"),
                bug("NEW-VIEW leaves before it is on disk", "Views")
                        .replaces(
                                "newViews.accept(newView);",
                                "newViews.accept(newView); if (node.isPrimary()) { newViewDurable(newView.view()); }")
                        .caught(Hunt.seeds(10), "durable-first"),
                bug("a VIEW-CHANGE has another content after a restart", "Views")
                        .replaces(
                                "own = left.filter(vc -> vc.view() == view);",
                                "own = left.filter(vc -> vc.view() == view).map(vc -> new ViewChange(view, vc.stable(), vc.checkpoints(), List.of(), List.of()));")
                        .caught(Hunt.seeds(40), "one-view-change"),
                bug("a restart forgets the VIEW-CHANGE that left", "Views")
                        .replaces("left.map(ViewChange::view).orElse(0L),", "0L,")
                        .caught(Hunt.seeds(40), "no-vote-below", "monotone", "one-view-change"),
                bug("a restart forgets the NEW-VIEW that left", "Views")
                        .replaces("entered.filter(nv -> nv.view() == view).ifPresent(newViews::accept);", "")
                        .caught(
                                Hunt.seeds(20),
                                "no-false-alarm",
                                "one-new-view",
                                "liveness",
                                "durable-first",
                                "single-vote"),
                bug("a new segment forgets the VIEW-CHANGE", "Views")
                        .replaces("own.ifPresent(vc -> records.add(new VoteRecord.Left(vc)));", "")
                        .caught(Hunt.seeds(60), "durable-first", "no-vote-below"),
                bug("P and Q are not kept on the way of the straggler", "Views")
                        .replaces(
                                "            beginLeaving(m.view(), \"f+1 others are active in it\");",
                                "            log.slots().forEach(Slot::leaveView);\n            beginLeaving(m.view(), \"f+1 others are active in it\");")
                        .caught(Hunt.scenario("self-serving-new-views", 8), "sound-view-change"));
    }

    /** In what commits, and in timers. */
    private static List<PlantedBug> commitments() {
        return List.of(
                bug("DECIDED of f replicas commits", "Slot")
                        .replaces("decided.with(quorums.weak());", "decided.with(quorums.faulty());")
                        .caught(Hunt.seeds(60), "committed-backing", "agreement", "liveness", "key-freshness"),
                bug("COMMITs of several views are added up", "CommitVotes")
                        .replaces(
                                "views[i] == view && batches[i].equals(batch) ? 1 : 0;",
                                "batches[i].equals(batch) ? 1 : 0;")
                        .caught(Hunt.seeds(100), "committed-backing", "key-freshness"),
                bug("what committed on evidence joins P and Q", "Commitment")
                        .replaces(
                                ".ifPresent(slot::commit);",
                                ".ifPresent(b -> { slot.commit(b); log.history().prePrepared(slot.seqno, b, node.view()); log.history().prepared(slot.seqno, b.digest(), node.view()); });")
                        .caught(Hunt.seeds(20), "sound-view-change", "durable-first"),
                bug("a vote is told when another batch committed", "Slot")
                        .replaces("return voteDurable && isOpenFor(digest());", "return voteDurable;")
                        .caught(Hunt.seeds(100), "vote-beside-fact"),
                bug("a request that nobody signed moves the timer", "Admission")
                        .replaces("if (proved) {", "queue.signed(request, true);\n        if (proved) {")
                        .caught(Hunt.scenario("ag6-inverse-mac-attack", 4), "scenario"),
                bug("the timeout never doubles", "ViewTimer")
                        .replaces("timeout = Math.min(2 * timeout, LONGEST);", "timeout = shortest;")
                        .caught(Hunt.scenario("short-timeout", 4), "liveness"),
                bug("nobody tells a straggler that views changed", "ViewStatus")
                        .replaces("if (!m.viewChanges().get(node.me())) {", "if (m.counter() < 0) {")
                        .caught(Hunt.scenario("s29-no-quorum-of-view-changes", 4), "liveness"),
                bug("the left out are not told what was decided", "StatusExchange")
                        .replaces("node.send(m.replica, new Decided(seqno, batch.digest()));", "")
                        .caught(Hunt.scenario("ag5-decisions-whatever-the-view", 4), "liveness"));
    }

    /** In what a boot goes on from, and what is on disk before anything rests on it. */
    private static List<PlantedBug> replies() {
        return List.of(
                bug("a restart forgets what was stable", "Boot")
                        .replaces("log.cut(Math.min(stable, base));", "log.cut(Math.min(stable, base) / 2);")
                        .caught(Hunt.scenario("ag12-power-cut-in-a-later-view", 8), "monotone"),
                bug("an answer is given again before its batch is on disk", "ReplyGate")
                        .replaces("waiting.contains(request.digest()) || (execution", "(execution")
                        .caught(Hunt.seeds(60), "durable-first"),
                bug("a reply does not wait for what it rests on", "Progress")
                        .replaces("slot.preparedDurable && gate.isOpen();", "slot.preparedDurable;")
                        .caught(Hunt.scenario("ag12-power-cut-in-a-later-view", 8), "durable-first"),
                bug("what a NEW-VIEW chose is not on disk before it leaves", "Views")
                        .replaces(
                                "newViews.batches(newView).forEach((seqno, batch) -> records.add(agreement.propose(seqno, batch)));",
                                "newViews.batches(newView).forEach(agreement::propose);")
                        .caught(Hunt.scenario("ag12-primary-dies-over-new-view", 8), "durable-first", "liveness"));
    }

    /** In what becomes of requests that a proposal only names. */
    private static List<PlantedBug> requests() {
        return List.of(
                bug("a replica votes for a batch of which it lacks requests", "Incomplete")
                        .replaces(
                                "if (requests.size() == entries.size()) {", "if (requests.size() <= entries.size()) {")
                        .caught(Hunt.seeds(20), "durable-first", "same-execution"),
                bug("any body is taken for the one that lacks", "Agreement")
                        .replaces(
                                "incomplete.isOf(m.seqno(), m.batch().digest());",
                                "incomplete.digest(m.seqno()).isPresent();")
                        .caught(Hunt.scenario("s15-wrong-bodies", 8), "proposed-backing"),
                bug("a replica does not say which requests it lacks", "StatusExchange")
                        .replaces("lacking.set(bit);", "")
                        .caught(Hunt.scenario("s15-withheld-requests", 4), "liveness"));
    }

    /** What is kept too long: requests, old keys; and keys of others. */
    private static List<PlantedBug> leftovers() {
        return List.of(
                bug("a request that a dead client left at one replica waits for ever", "RequestQueue")
                        .replaces("now - queued.asked >= FORGOTTEN", "now < queued.asked")
                        .caught(Hunt.seeds(400), "liveness"),
                bug("PREPAREs under old keys count after new ones", "Slot")
                        .replaces("prepares.keepOnly(me);", "")
                        .caught(Hunt.seeds(60), "key-freshness"),
                bug("COMMITs under old keys count after new ones", "Slot")
                        .replaces("commits.keepOnly(me);", "")
                        .caught(Hunt.seeds(60), "key-freshness"),
                bug("CHECKPOINTs under the old key of one replica count", "Replica")
                        .replaces("done.receivers().forEach(progress::forgetIncompleteOf);", "")
                        .caught(Hunt.scenario("checkpoint-before-a-boot", 8), "key-freshness"),
                new Place("the key of any replica will do", "auth/SessionKeys.java")
                        .replaces(
                                "fetch ? out.get(sender) : in.get(sender);",
                                "(fetch ? out : in).stream().filter(k -> k.isPresent()"
                                        + " && envelope.auth() instanceof Envelope.Macs all && k.get().verifies("
                                        + "envelope.digest(), all.of(me).tag())).findFirst().orElse(in.get(sender));")
                        .caught(
                                Hunt.scenario("in-the-name-of-others", 8),
                                "prepared-backing",
                                "committed-backing",
                                "key-freshness"));
    }
}
