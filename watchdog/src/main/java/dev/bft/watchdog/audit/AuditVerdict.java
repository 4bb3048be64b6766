package dev.bft.watchdog.audit;

import dev.bft.watchdog.audit.AuditLine.Entry;
import dev.bft.watchdog.audit.AuditLine.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a log is whole.
 *
 * @param replica whose log
 * @param records how many could be confirmed
 * @param findings what is wrong, in the order of the log
 */
public record AuditVerdict(int replica, long records, List<Finding> findings) {

    /** Reads the whole log in this folder; its watchdog may be writing it. */
    public static AuditVerdict of(int replica, Path folder) throws IOException, InterruptedException {
        AtomicLong records = new AtomicLong();
        List<Finding> findings = new ArrayList<>();
        AuditSource.Sink sink = new AuditSource.Sink() {
            @Override
            public void line(AuditLine line) {
                if (line instanceof Entry entry && entry.confirmed()) {
                    records.incrementAndGet();
                } else if (line instanceof Finding finding) {
                    findings.add(finding);
                }
            }

            @Override
            public void caughtUp() {}
        };
        new AuditSource(new AuditFolder(folder), replica, AuditSource.Mode.ONCE, sink).run();
        return new AuditVerdict(replica, records.get(), findings);
    }

    /** Whether nothing is wrong. */
    public boolean isWhole() {
        return findings.isEmpty();
    }

    /** The first damaged or missing record, and why. */
    public Optional<Finding> first() {
        return findings.stream().findFirst();
    }
}
