package dev.bft.watchdog;

import dev.bft.watchdog.MonitorAction.Audit;
import dev.bft.watchdog.audit.AuditStore;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The thread that writes the audit log, in the order of what happened. Opening the log takes longer than booting a
 * replica, and a full disk must not stop one: what cannot be written is told, and the replica goes on.
 */
final class AuditWriter {

    private static final int RECORDS_MAX = 10_000;
    private static final long CLOSE_SECONDS = 20;
    private static final long RETRY_SECONDS = 1;

    private final Opener opener;
    private final BlockingQueue<Audit> records = new ArrayBlockingQueue<>(RECORDS_MAX);
    private final Thread thread = new Thread(this::write, "audit");
    private volatile boolean closing;
    private volatile String problem = "";

    AuditWriter(Opener opener) {
        this.opener = opener;
    }

    /** Opens the log, on the thread that writes it. */
    interface Opener {
        AuditStore open() throws IOException;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns at once; a log that has fallen ten thousand records behind loses this one. */
    void add(Audit audit) {
        if (!records.offer(audit)) {
            problem = "the audit log is " + RECORDS_MAX + " records behind; a record was lost";
        }
    }

    /** Returns why records are not being written; empty when they are. */
    String problem() {
        return problem;
    }

    /** Waits until what was added is written, though not for ever. */
    void close() throws InterruptedException {
        closing = true;
        thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    }

    private void write() {
        try {
            Optional<AuditStore> store = open();
            while (store.isPresent() && !(closing && records.isEmpty())) {
                Audit audit = records.poll(100, TimeUnit.MILLISECONDS);
                if (audit != null) {
                    append(store.get(), audit);
                }
            }
            if (store.isPresent()) {
                store.get().close();
            }
        } catch (IOException e) {
            problem = told(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<AuditStore> open() throws InterruptedException {
        while (!closing || !records.isEmpty()) {
            try {
                AuditStore store = opener.open();
                problem = "";
                return Optional.of(store);
            } catch (IOException e) {
                problem = told(e);
                if (closing) {
                    return Optional.empty();
                }
                TimeUnit.SECONDS.sleep(RETRY_SECONDS);
            }
        }
        return Optional.empty();
    }

    /** The record in hand is tried until it is written: an order of events with holes is no record of them. */
    private void append(AuditStore store, Audit audit) throws InterruptedException {
        boolean written = false;
        while (!written) {
            try {
                store.append(audit.kind(), audit.claim(), audit.fields());
                problem = "";
                written = true;
            } catch (IOException e) {
                problem = told(e);
                if (closing) {
                    return;
                }
                TimeUnit.SECONDS.sleep(RETRY_SECONDS);
            }
        }
    }

    private static String told(IOException e) {
        return "audit log: " + e.getMessage();
    }
}
