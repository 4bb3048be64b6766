package dev.bft.sim;

import java.util.List;
import java.util.Set;

/**
 * A bug put into the production core on purpose: one place of one source is replaced.
 *
 * @param name what is wrong
 * @param file the source, below dev/bft
 * @param right what stands there; exactly once
 * @param wrong what stands there instead
 * @param caughtBy the invariants that may catch it
 * @param seeds within how many seeds it must be caught
 */
record PlantedBug(String name, String file, String right, String wrong, Set<String> caughtBy, int seeds) {
    /** Bugs of section 10.3 and alike, and those that seeds found (track-record.md). */
    static List<PlantedBug> all() {
        return List.of(
                new PlantedBug(
                        "a batch commits with 2f COMMITs",
                        "protocol/Agreement.java",
                        "slot.commits.count(slot.digest()) >= node.quorums.strong();",
                        "slot.commits.count(slot.digest()) >= node.quorums.prepares();",
                        Set.of("committed-backing"),
                        10),
                new PlantedBug(
                        "a batch is prepared with f PREPAREs",
                        "protocol/Agreement.java",
                        "slot.prepares.count(slot.digest()) < node.quorums.prepares()",
                        "slot.prepares.count(slot.digest()) < node.quorums.faulty()",
                        Set.of("prepared-backing"),
                        10),
                new PlantedBug(
                        "the reply cache is not looked at when a request executes",
                        "protocol/Execution.java",
                        "if (r.number() == sessions.last(s)) {",
                        "if (r.number() == -1) {",
                        Set.of("exactly-once"),
                        60),
                new PlantedBug(
                        "a restart ignores the vote log",
                        "protocol/Boot.java",
                        "for (byte[] bytes : saved.records()) {",
                        "for (byte[] bytes : List.<byte[]>of()) {",
                        Set.of("single-vote"),
                        40),
                new PlantedBug(
                        "COMMIT leaves before the prepared record is on disk",
                        "protocol/Agreement.java",
                        "slot.prepared = true;",
                        "slot.prepared = true; preparedDurable(slot.seqno);",
                        Set.of("durable-first"),
                        10),
                new PlantedBug(
                        "a vote leaves before it is on disk",
                        "protocol/Agreement.java",
                        "slot.voted = true;",
                        "slot.voted = true; voteDurable(slot.seqno);",
                        Set.of("durable-first"),
                        10),
                new PlantedBug(
                        "CHECKPOINT leaves before the decided records are on disk",
                        "protocol/Progress.java",
                        "node.out.report(new Fact.CheckpointTaken(seqno, digest));",
                        "node.out.report(new Fact.CheckpointTaken(seqno, digest)); announce(seqno);",
                        Set.of("durable-first"),
                        10),
                new PlantedBug(
                        "a new segment of the vote log does not carry the open votes over",
                        "protocol/Boot.java",
                        "for (Slot slot : log.slots()) {",
                        "for (Slot slot : List.<Slot>of()) {",
                        Set.of("durable-first", "single-vote"),
                        20),
                new PlantedBug(
                        "a new segment does not carry waiting announcements over",
                        "protocol/Boot.java",
                        ".takenAbove(log.stable())",
                        ".takenAbove(Long.MAX_VALUE - 1)",
                        Set.of("durable-first"),
                        60),
                new PlantedBug(
                        "what a refused operation wrote stays",
                        "protocol/Execution.java",
                        "state.undo();",
                        "state.release();",
                        Set.of("reply"),
                        10));
    }

    @Override
    public String toString() {
        return name;
    }
}
