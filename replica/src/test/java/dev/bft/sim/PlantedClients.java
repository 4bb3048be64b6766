package dev.bft.sim;

import static dev.bft.sim.PlantedBugs.bug;

import dev.bft.sim.PlantedBug.Hunt;
import java.util.List;

/** Bugs in what is done about faulty clients (amendment AG7). */
final class PlantedClients {
    private PlantedClients() {}

    static List<PlantedBug> all() {
        return List.of(
                bug("HOLDs of f replicas end a view", "Holds")
                        .replaces("one.said.size() >= node.quorums.weak()", "one.said.size() >= node.quorums.faulty()")
                        .caught(Hunt.scenario("ag7-lying-holders", 8), "scenario", "good-reason"),
                bug("nobody hears that a proposal is held", "Holds")
                        .replaces("node.multicast(mine);", "")
                        .caught(Hunt.scenario("s34-requests-for-one-replica", 4), "scenario"),
                bug("a client that never signs is proposed again", "Holds")
                        .replaces(".forEach(this::convict);", ".forEach(one -> {});")
                        .caught(Hunt.scenario("s34-requests-for-one-replica", 4), "scenario"),
                bug("who follows others out of a view saw no client fail to sign", "Holds")
                        .replaces("one.waited >= node.settings.viewTimeout() / 4", "one.waited >= grace()")
                        .caught(Hunt.scenario("s34-requests-for-one-replica", 8), "scenario"),
                bug("who is named under one primary is in quarantine", "Quarantine")
                        .replaces("primaries.size() >= node.quorums.weak()", "primaries.size() >= 1")
                        .caught(Hunt.scenario("ag7-invented-requests", 4), "good-reason"),
                bug("each session of a client is counted by itself", "Holds")
                        .replaces("count.merge(request.client(), 1, Integer::sum);", "count.put(request.client(), 1);")
                        .caught(Hunt.scenario("s34-each-session-for-others", 4), "liveness"),
                bug("a client has what it wants of a batch", "Turns")
                        .replaces("Math.max(FEW, size() / clients / 4)", "Integer.MAX_VALUE")
                        .caught(Hunt.scenario("s39-one-wants-all", 4), "scenario"),
                bug("a timestamp that is used twice has one result for both", "Execution")
                        .replaces("&& sessions.lastRequest(s).equals(request.digest());", ";")
                        .caught(Hunt.scenario("s35-same-timestamp", 8), "reply"),
                bug("what others lacked is named again", "Naming")
                        .replaces("until.put(client, now + WHOLE);", "")
                        .caught(Hunt.scenario("s35-same-timestamp", 18), "scenario"),
                bug("who floods is listened to", "Replica")
                        .replaces("node.out.add(new Effect.Mute(link, Neighbours.PAUSE));", "")
                        .caught(Hunt.scenario("s72-flood", 2), "scenario"),
                bug("no primary is slow", "Expectations")
                        .replaces("typical().filter(needed -> needed > expected()).isPresent()", "false")
                        .caught(Hunt.scenario("s16-just-below-the-timeout", 4), "scenario", "liveness"),
                bug("any number of batches may pass a request", "Expectations")
                        .replaces("passed > mostPassing", "passed < 0")
                        .caught(Hunt.scenario("s17-favours-some", 4), "scenario", "liveness"),
                bug("one client is enough to call a primary slow", "Expectations")
                        .replaces("medians.get((seen.size() - 1) / 2 - content)", "medians.get(medians.size() - 1)")
                        .caught(Hunt.scenario("a3-requests-withheld-from-the-primary", 4), "scenario"),
                bug("f replicas end the view of a primary that they call slow", "StatusExchange")
                        .replaces("finding >= node.quorums.weak()", "finding >= node.quorums.faulty()")
                        .caught(Hunt.scenario("lying-states", 8), "good-reason"),
                bug("whoever sends a false signature convicts the client that it names", "Authenticity")
                        .replaces("&& signedByClient(request);", "&& judged(request) == Proof.GOOD;")
                        .caught(Hunt.seeds(40), "good-reason"));
    }
}
