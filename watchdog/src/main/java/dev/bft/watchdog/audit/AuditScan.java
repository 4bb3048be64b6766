package dev.bft.watchdog.audit;

import dev.bft.keystore.BadBytesException;
import dev.bft.watchdog.audit.AuditLine.Finding;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a log that nobody writes holds.
 *
 * @param findings what is wrong with it
 * @param tip where a writer goes on: its last record, by the file or by the head, whichever is later
 */
record AuditScan(List<Finding> findings, AuditHead tip) {

    static AuditScan run(AuditFolder folder, int replica) throws IOException {
        List<Finding> findings = new ArrayList<>();
        AuditSource source = new AuditSource(folder, replica, AuditSource.Mode.ALONE, new AuditSource.Sink() {
            @Override
            public void line(AuditLine line) {
                if (line instanceof Finding finding) {
                    findings.add(finding);
                }
            }

            @Override
            public void caughtUp() {}
        });
        try {
            source.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(folder.root() + ": interrupted while the audit log was read");
        }
        AuditHead head = head(folder, replica).orElse(AuditHead.START);
        return new AuditScan(findings, source.tip().index() >= head.index() ? source.tip() : head);
    }

    private static Optional<AuditHead> head(AuditFolder folder, int replica) throws IOException {
        try {
            return Optional.of(folder.readHead(replica));
        } catch (BadBytesException e) {
            return Optional.empty();
        }
    }
}
