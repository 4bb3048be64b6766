package dev.bft.sim;

import static dev.bft.sim.PlantedBugs.bug;

import dev.bft.sim.PlantedBug.Hunt;
import dev.bft.sim.PlantedBugs.Place;
import java.util.List;

/** Bugs in what becomes of clients that expire or are revoked (decisions 0.5-11). */
final class PlantedCredentials {
    private PlantedCredentials() {}

    static List<PlantedBug> all() {
        return List.of(
                bug("a credential expires by the own clock", "Execution")
                        .replaces(
                                "client.isExpired(sessions.agreedTime())\n                ?",
                                "client.isExpired(node.wall)\n                ?")
                        .caught(
                                Hunt.scenario("client-expires", 8),
                                "same-execution",
                                "expired-is-refused",
                                "reply",
                                "equal-digests"),
                bug("a session outlives its credential", "Execution")
                        .replaces("expired(sessions.client(s));", "Optional.empty();")
                        .caught(Hunt.scenario("client-expires", 4), "expired-is-refused"),
                bug("a revocation ends no session", "Sessions")
                        .replaces(
                                "for (SessionId session : ended) {", "for (SessionId session : ended.subList(0, 0)) {")
                        .caught(Hunt.scenario("client-is-revoked", 8), "revoked-is-refused"),
                bug("a revoked client opens another session", "Execution")
                        .replaces("if (revoked.isPresent()) {", "if (revoked.isPresent() && seqno < 0) {")
                        .caught(Hunt.scenario("client-is-revoked", 8), "revoked-is-refused"),
                bug("a fetched or booted state forgets who is revoked", "Sessions")
                        .replaces("        revocations.rebuild();\n", "")
                        .caught(
                                Hunt.scenario("client-is-revoked", 8),
                                "revoked-is-refused",
                                "same-execution",
                                "equal-digests"),
                bug("the revocations of another cluster count", "Revoking")
                        .replaces(
                                "Arrays.equals(r.cluster(), node.cluster.id()) &&",
                                "r.cluster().length == node.cluster.id().length &&")
                        .caught(Hunt.scenario("forged-revocations", 4), "authenticity"),
                new Place("a revocation needs no signature of the root", "host/RomKeys.java")
                        .replaces(
                                ".filter(decoded -> decoded.verify(rom.root()))\n                .map(decoded -> new Revocation(",
                                ".map(decoded -> new Revocation(")
                        .caught(Hunt.scenario("forged-revocations", 4), "authenticity"));
    }
}
