package dev.bft.watchdog;

import dev.bft.coprocessor.ReplicaReport.Claim;
import dev.bft.watchdog.MonitorAction.Audit;
import dev.bft.watchdog.audit.AuditKind;
import dev.bft.watchdog.sandbox.Exit;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a {@link Monitor} tells people: the audit records of what happened, and what is wrong now. */
final class Diary {

    private static final int SIGKILL = 9;
    private static final long CLAIM_WINDOW = 60_000;
    private static final int CLAIMS_MAX = 60;

    private String image = "";
    private String problem = "";
    /** Why the last process ended, until one is ready: the next one may well end for the same reason. */
    private String ended = "";

    private boolean refused;
    private String lastRefusal = "";
    private long executed = -1;
    private long crashedAt = -1;
    private long claimsSince;
    private int claims;

    String image() {
        return image;
    }

    String problem() {
        return problem;
    }

    /** Whether the replica is dead because of its image. */
    boolean isRefused() {
        return refused;
    }

    Audit started(BootNumbers numbers) {
        return record(AuditKind.START, fields("boot", numbers.boot(), "tick", numbers.tick()));
    }

    void accepted(String digest) {
        image = digest;
        problem = ended;
        lastRefusal = "";
        refused = false;
    }

    /** A refusal that repeats itself with each try is recorded once. */
    Optional<Audit> refused(String why, boolean isDead) {
        refused = isDead;
        problem = why;
        if (why.equals(lastRefusal)) {
            return Optional.empty();
        }
        lastRefusal = why;
        return Optional.of(record(AuditKind.REFUSAL, fields("reason", why, "running", isDead ? "no" : "yes")));
    }

    /** A recovery whose replica did not save and therefore runs on. */
    Audit saveMissed(long millis) {
        problem = "recovery refused: save missed its deadline of " + millis + " ms";
        return record(AuditKind.REFUSAL, fields("reason", problem, "running", "yes"));
    }

    Audit booted(BootNumbers numbers, int pid) {
        executed = -1;
        problem = ended;
        return record(
                AuditKind.BOOT,
                fields(
                        "boot",
                        numbers.boot(),
                        "tick",
                        numbers.bootTick(),
                        "image",
                        image,
                        "pid",
                        pid,
                        "isolation",
                        Watchdog.ISOLATION));
    }

    Audit ready(long boot) {
        problem = "";
        ended = "";
        return record(AuditKind.READY, fields("boot", boot));
    }

    void noteExecuted(long seqno) {
        executed = seqno;
    }

    /** What to record of a death, and an alarm when the replica died twice at the same place. */
    List<Audit> crashed(Exit exit, long readyMillis) {
        Audit crash = record(AuditKind.CRASH, fields("exit", exit, "executed", executed, "ready_ms", readyMillis));
        boolean itself = !exit.equals(new Exit(true, SIGKILL));
        if (!itself || executed < 0) {
            return List.of(crash);
        }
        boolean again = executed == crashedAt;
        crashedAt = executed;
        return again
                ? List.of(crash, alarm("the replica died twice after executing batch " + executed))
                : List.of(crash);
    }

    /** A claim of the replica; empty when it made too many of late. */
    Optional<Audit> claimed(Claim claim, long now) {
        if (now - claimsSince >= CLAIM_WINDOW) {
            claimsSince = now;
            claims = 0;
        }
        claims++;
        return claims > CLAIMS_MAX
                ? Optional.empty()
                : Optional.of(new Audit(claim.kind(), true, fields("text", claim.text())));
    }

    Audit recovered(SortedMap<String, String> fields) {
        return record(AuditKind.RECOVERY, fields);
    }

    Audit alarm(String text) {
        problem = text;
        return record(AuditKind.ALARM, fields("text", text));
    }

    void waiting(String why, long millis) {
        problem = why + "; it is booted again after " + millis + " ms";
        ended = why + "; it is booting again";
    }

    /** An operator wants another primary. */
    static Audit handedOver() {
        return record(AuditKind.HAND_OVER, fields());
    }

    /** An operator takes the replica away although the interlock may forbid it. */
    static Audit overridden(String reason) {
        return record(AuditKind.OVERRIDE, fields("reason", reason));
    }

    Audit stopped() {
        problem = "";
        return record(AuditKind.STOP, fields());
    }

    private static Audit record(String kind, SortedMap<String, String> fields) {
        return new Audit(kind, false, fields);
    }

    private static SortedMap<String, String> fields(Object... namesAndValues) {
        SortedMap<String, String> fields = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i].toString(), namesAndValues[i + 1].toString());
        }
        return fields;
    }
}
