package dev.bft.sim;

import static dev.bft.sim.PlantedBugs.bug;

import dev.bft.sim.PlantedBug.Hunt;
import java.util.ArrayList;
import java.util.List;

/**
 * Planted bugs: rules of the protocol and of its amendments left out one by one, and quorums off by one.
 *
 * <p>Not here, for nothing can come of them: that S has 2f+1 members, that a NEW-VIEW lists as many, and that so many
 * begin at or below its checkpoint. A1 and B count 2f+1 anyway, so each is implied by them. Nor what makes a view change
 * slower only: one acknowledgement fewer, following neither f+1 others nor the primary, waiting for one batch of several.
 *
 * <p>Nor f in place of the f+1 that call a checkpoint stable in {@code Catchup}. That they say so of one beyond the
 * window makes a fetch begin earlier only: f+1 announced what is fetched. Of a fetched one: in a cluster of four, those
 * f+1 and the replica that fetched it are 2f+1.
 *
 * <p>Nor that eviction spares the pair of P in {@code VoteHistory} (amendment AG11): what is pre-prepared in a later view
 * ends P, so that its pair has the highest view of all while there is P, and the lowest is evicted.
 *
 * <p>Of these situations none has a rule of its own to leave out. S3, S5: one-way links and slow replicas are loss and
 * delay, answered by STATUS and timers. S6: of a replayed STATUS no harm comes even where its counter is not looked at;
 * all else counts once for each sender, and not under later keys. S53: keys that change too often stall, and that is all.
 * The rollback at a checkpoint (10.3) is in {@link PlantedTentative}.
 */
final class PlantedRules {
    private PlantedRules() {}

    static List<PlantedBug> all() {
        List<PlantedBug> all = new ArrayList<>(quorums());
        all.addAll(rules());
        all.addAll(records());
        return all;
    }

    private static List<PlantedBug> quorums() {
        return List.of(
                bug("a checkpoint is stable with 2f", "Checkpoints")
                        .replaces(">= node.quorums.strong()) {", ">= node.quorums.prepares()) {")
                        .caught(Hunt.seeds(20), "stable-backing", "key-freshness"),
                bug("a checkpoint that f announce is fetched", "Checkpoints")
                        .replaces(
                                "if (better && count(m.seqno(), m.state()) >= node.quorums.weak()) {",
                                "if (better && count(m.seqno(), m.state()) >= node.quorums.faulty()) {")
                        .caught(Hunt.scenario("s45-colluding-repliers", 8), "good-reason"),
                bug("a state that f contradict is given up", "Checkpoints")
                        .replaces(
                                ".filter(c -> count(c.seqno(), c.state()) >= node.quorums.weak());",
                                ".filter(c -> count(c.seqno(), c.state()) >= node.quorums.faulty());")
                        .caught(Hunt.scenario("lying-states", 8), "good-reason"),
                bug("f replicas bring a straggler into a view", "NewViews")
                        .replaces(
                                "claims.values().stream().filter(m::equals).count() >= node.quorums.weak();",
                                "claims.values().stream().filter(m::equals).count() >= node.quorums.faulty();")
                        .caught(
                                Hunt.scenario("invented-new-views", 8),
                                "new-view",
                                "one-new-view",
                                "commit-durability"),
                bug("one goes where f went", "Views")
                        .replaces("said.reachedBy(node.quorums.weak());", "said.reachedBy(node.quorums.faulty());")
                        .caught(Hunt.scenario("hasty-view-changes", 8), "good-reason"),
                bug("the primary alone vouches for a batch", "HeldProposals")
                        .replaces(
                                "1 + slot.prepares.count(batch.digest()) >= node.quorums.weak()",
                                "1 + slot.prepares.count(batch.digest()) >= node.quorums.faulty()")
                        .caught(Hunt.scenario("s13-forged-requests", 8), "authenticity"),
                bug("a client believes f replicas", "Outstanding")
                        .replaces(
                                "node.quorum())\n                .findFirst()\n"
                                        + "                .flatMap(views -> inFull(last).map(full -> new Agreed(views.get(node.weakQuorum() - 1), full)));",
                                "node.weakQuorum() - 1).findFirst()"
                                        + ".flatMap(views -> inFull(last).map(full -> new Agreed(views.get(0), full)));")
                        .caught(Hunt.seeds(40), "reply"));
    }

    private static List<PlantedBug> rules() {
        return List.of(
                bug("h rises without the state", "Progress")
                        .replaces(
                                "stabilize();\n        catchup.want(",
                                "stabilize(); checkpoints.ahead(log.executed()).filter(Checkpoint::stable).ifPresent(c -> {"
                                        + " log.setExecuted(c.seqno()); log.cut(c.seqno()); });\n        catchup.want(")
                        .caught(Hunt.seeds(40), "equal-digests", "single-order", "monotone", "reply"),
                bug("votes that another log holds are believed", "Boot")
                        .replaces("saved.intact() ? saved.records() : List.of();", "saved.records();")
                        .caught(Hunt.seeds(200), "no-vote-below"),
                bug("an OPEN that took effect takes it again", "Execution")
                        .replaces(
                                "return sessions.isSpent(session, nonce)\n                || sessions",
                                "return sessions")
                        .caught(Hunt.scenario("ag8-replayed-openings", 8), "opens-once"),
                bug("a reply leaves before what committed on evidence is on disk", "Progress")
                        .replaces(
                                "boolean prepared = mine && slot.preparedDurable && gate.isOpen();",
                                "boolean prepared = !batch.requests().isEmpty();")
                        .caught(Hunt.seeds(20), "durable-first"),
                bug("the NEW-VIEW that a view began with is not written down", "Views")
                        .replaces("new ArrayList<>(List.of(new VoteRecord.Entered(newView)));", "new ArrayList<>();")
                        .caught(Hunt.seeds(40), "durable-first", "no-vote-below", "single-vote"),
                bug("who lost its votes votes at once", "Amnesia")
                        .replaces(
                                "return !amnesiac || (bound != UNKNOWN && seqno > bound && stable >= bound);",
                                "return !amnesiac || seqno > UNKNOWN || stable > bound;")
                        .caught(Hunt.seeds(40), "no-vote-below"),
                bug("the base of a session is not looked at", "Execution")
                        .replaces(
                                "slot = open(request);\n        if (slot.isEmpty()) {\n            return revoked(request).or(",
                                "slot = sessions.find(SessionId.of(request));\n        if (slot.isEmpty()) {\n            return revoked(request).or(")
                        .caught(Hunt.seeds(60), "exactly-once", "reply", "single-order"),
                bug("a NEW-KEY for another boot is taken", "KeyExchange")
                        .replaces(
                                "peers.get(sender).lastCounter > 0 || Arrays.equals(entry.echo(), nonce);",
                                "peers.get(sender).lastCounter > 0 || entry.echo().length > 0;")
                        .caught(Hunt.scenario("s52-old-new-keys", 20), "key-freshness"),
                bug("a request that was forged is executed", "Authenticity")
                        .replaces(
                                "return mac(request) == Verdict.AUTHENTIC &&",
                                "return mac(request) != Verdict.NO_MAC ||")
                        .caught(Hunt.scenario("s13-forged-requests", 8), "authenticity"));
    }

    /** What must be on disk, and what a new segment of the vote log must hold (amendment AG12). */
    private static List<PlantedBug> records() {
        return List.of(
                bug("DECIDED leaves before its record is on disk", "StatusExchange")
                        .replaces(
                                "if (all && slot.decidedDurable && slot.isCommitted()) {",
                                "if (all && slot.isCommitted()) {")
                        .caught(Hunt.seeds(20), "durable-first"),
                bug("a new segment forgets the NEW-VIEW", "Views")
                        .replaces("newViews.accepted().ifPresent(nv -> records.add(new VoteRecord.Entered(nv)));", "")
                        .caught(Hunt.seeds(20), "durable-first", "no-vote-below", "single-vote"),
                bug("a new segment forgets P and Q", "Boot")
                        .replaces("records.addAll(log.history().records());", "")
                        .caught(Hunt.seeds(20), "durable-first", "sound-view-change", "no-false-alarm"),
                bug("a new segment forgets what was decided above h", "Boot")
                        .replaces("records.add(new VoteRecord.Decided(slot.seqno, fact.digest()));", "")
                        .caught(Hunt.seeds(20), "durable-first"));
    }
}
