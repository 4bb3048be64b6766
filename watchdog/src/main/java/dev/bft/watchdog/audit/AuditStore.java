package dev.bft.watchdog.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * The audit log of one replica, as its watchdog writes it. Threads may share it; there is one writer at a time, in all
 * processes.
 */
public interface AuditStore extends AutoCloseable {

    /** What a JVM needs to open a log; the parent pom's chronicle.flags. */
    List<String> JVM_FLAGS = List.of(
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "-Dchronicle.disk.monitor.disable=true",
            "-Dchronicle.announcer.disable=true",
            "-Dchronicle.analytics.disable=true");

    /**
     * Opens the log in a folder, or begins it there. What is in the folder is read in a process of its own first. A
     * log that is damaged is set aside beside the new one, which goes on from the head and begins with an alarm.
     *
     * @param folder made if need be, for its owner alone
     * @param sync whether each record is on disk before {@code append} returns
     */
    static AuditStore open(Path folder, int replica, boolean sync) throws IOException {
        return ChronicleAudit.open(new AuditFolder(folder), replica, new ChronicleAudit.Conditions(sync));
    }

    /**
     * Appends a record; whatever is too long in it is cut. The record counts only if this returns.
     *
     * @param kind one of {@link AuditKind}, or a word of the replica in a claim
     * @param claim whether the replica said so
     */
    AuditRecord append(String kind, boolean claim, SortedMap<String, String> fields) throws IOException;

    /** What was wrong with the log when it was opened; empty if nothing was. */
    List<AuditLine.Finding> findings();

    /** Ends the log in good order; it stays whole without that too. */
    @Override
    void close() throws IOException;
}
