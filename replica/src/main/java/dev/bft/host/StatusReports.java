package dev.bft.host;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.net.Loss;
import dev.bft.protocol.Fact;
import dev.bft.protocol.ReplicaStatus;
import dev.bft.wire.Digest;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Puts what a replica knows of itself into reports for its watchdog. */
final class StatusReports {
    private static final long MICROSECOND = 1_000;
    private static final long MILLISECOND = 1_000_000;

    /** Claims in one second: an alarm that others can raise must not fill the audit log. */
    private static final int CLAIMS_PER_SECOND = 20;

    private static final long SECOND = 1_000_000_000L;

    private final int replicas;
    private final ViewTimes views = new ViewTimes();
    private long lastCounter;
    private final TransferTimes transfers = new TransferTimes();
    private long secondBegan;
    private int claims;
    private long withheld;

    /** Of a replica that is one of so many. */
    StatusReports(int replicas) {
        this.replicas = replicas;
    }

    /** The claim for the audit log that a fact is worth. */
    Optional<ReplicaReport> claim(Fact fact, long now) {
        transfers.tell(fact, now);
        Optional<String> ofView = views.tell(fact, now);
        if (ofView.isPresent()) {
            return claim("view", ofView.get(), now);
        }
        if (fact instanceof Fact.KeysRefreshed keys) {
            lastCounter = keys.counter();
            return claim("key-refresh", "counter " + keys.counter(), now);
        }
        if (fact instanceof Fact.Alarm alarm) {
            return claim("alarm", alarm.text(), now);
        }
        if (fact instanceof Fact.Amnesia amnesia) {
            String text = amnesia.bound() < 0 ? "no usable vote log" : "votes again above " + amnesia.bound();
            return claim("amnesia", text, now);
        }
        if (fact instanceof Fact.TransferStarted started) {
            return claim("transfer", "to checkpoint " + started.seqno() + " begun", now);
        }
        if (fact instanceof Fact.TransferDone done) {
            return claim("transfer", "checkpoint " + done.seqno() + " installed, " + done.pages() + " pages", now);
        }
        return ofClients(fact, now);
    }

    /** What clients did, or what was done about them, or about a replica that behaves like one. */
    private Optional<ReplicaReport> ofClients(Fact fact, long now) {
        if (fact instanceof Fact.Revoked revoked) {
            String text = "client " + revoked.client() + " is revoked, as the root signed and client " + revoked.by()
                    + " asked; sessions ended: " + revoked.sessions();
            return claim("revocation", text, now);
        }
        if (fact instanceof Fact.Quarantined quarantined) {
            String text = "client " + quarantined.client() + " sends requests that replicas cannot tell to be its own:"
                    + " for a while they are served only if they are signed";
            return claim("alarm", text, now);
        }
        if (fact instanceof Fact.Muted muted) {
            String who = muted.who() < replicas ? "replica " : "client ";
            String text = who + muted.who() + " floods this replica with what is of no use to it:"
                    + " it is listened to only now and then";
            return claim("alarm", text, now);
        }
        return Optional.empty();
    }

    /** A claim, unless there were too many in this second. */
    Optional<ReplicaReport> claim(String kind, String text, long now) {
        if (now - secondBegan >= SECOND) {
            secondBegan = now;
            claims = 0;
        }
        if (claims == CLAIMS_PER_SECOND) {
            withheld++;
            return Optional.empty();
        }
        claims++;
        return Optional.of(new ReplicaReport.Claim(kind, text));
    }

    /** The whole status. */
    ReplicaReport status(ReplicaStatus status, Map<Loss, Long> losses, long hushed, long reportsLost) {
        TreeMap<String, Long> metrics = new TreeMap<>();
        status.drops().forEach((reason, count) -> metrics.put("drop." + reason, count));
        losses.forEach((loss, count) -> metrics.put("loss." + loss.name().toLowerCase(Locale.ROOT), count));
        metrics.put("halted_at", status.haltedAt());
        metrics.put("queued", (long) status.queued());
        metrics.put("log_bytes", status.logBytes());
        metrics.put("sessions", (long) status.sessions());
        metrics.put("key_age_ms", status.keyAge() / MILLISECOND);
        metrics.put("view_changes", views.changes());
        metrics.put("last_view_change_us", views.lastNanos() / MICROSECOND);
        transfers.addTo(metrics);
        metrics.put("claims_withheld", withheld);
        metrics.put("hushed", hushed);
        metrics.put("reports_lost", reportsLost);
        Runtime runtime = Runtime.getRuntime();
        return new ReplicaReport.StatusReport(
                status.phase(),
                status.view(),
                status.executed(),
                status.stable(),
                status.stableDigest().equals(Digest.ZERO)
                        ? ""
                        : status.stableDigest().hex(),
                status.primary(),
                !status.ready(),
                lastCounter,
                status.drops().values().stream().mapToLong(Long::longValue).sum(),
                runtime.totalMemory() - runtime.freeMemory(),
                metrics);
    }
}
