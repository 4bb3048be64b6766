package dev.bft.watchdog.audit;

import dev.bft.keystore.BadBytesException;
import dev.bft.watchdog.audit.ReaderProcess.Said;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The log of one replica as a stream of checked lines. The head is read before each pass over the queue: a record that
 * a head names was in the queue before, so if the pass does not find it, it is missing.
 */
final class AuditSource {

    private static final Duration READER_PATIENCE = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 100;

    /** A pass may miss the moment between two files, and the writer may be between its steps; not for this long. */
    private static final int UNSETTLED_POLLS_MAX = 10;

    private final AuditFolder folder;
    private final AuditChain chain;
    private final int replica;
    private final Mode mode;
    private final Sink sink;
    private int unsettledPolls;
    private boolean caughtUp;

    /** How a log is read. */
    enum Mode {
        /** To its end, while somebody may write it. */
        ONCE,
        /** To its end, by its writer, who writes nothing meanwhile. */
        ALONE,
        /** To its end and on. */
        FOLLOW
    }

    /** Where the lines go. */
    interface Sink {

        /** Takes a line; may wait. */
        void line(AuditLine line) throws InterruptedException;

        /** Everything that was there has been told. */
        void caughtUp() throws InterruptedException;
    }

    AuditSource(AuditFolder folder, int replica, Mode mode, Sink sink) {
        this.folder = folder;
        this.replica = replica;
        this.mode = mode;
        this.sink = sink;
        this.chain = new AuditChain(replica);
    }

    /** Reads the log; in {@link Mode#FOLLOW} until there is a finding that ends it, or the thread is interrupted. */
    void run() throws IOException, InterruptedException {
        while (!hasRecords()) {
            if (mode != Mode.FOLLOW) {
                return;
            }
            reachedEnd();
            Thread.sleep(POLL_MILLIS);
        }
        if (!folder.hasQueue()) {
            Optional<AuditHead> head = head();
            head.ifPresent(h -> chain.missing(h.index()));
            drain();
            return;
        }
        try (ReaderProcess reader = ReaderProcess.start(folder.queue(), READER_PATIENCE)) {
            while (pass(reader)) {
                Thread.sleep(POLL_MILLIS);
            }
        }
        drain();
    }

    /** The last record that could be read. */
    AuditHead tip() {
        return chain.tip();
    }

    private boolean hasRecords() throws IOException, InterruptedException {
        if (folder.isBlank()) {
            return false;
        }
        return folder.hasQueue() || head().filter(h -> h.index() == 0).isEmpty();
    }

    /** Reads what is new; tells whether to go on. */
    private boolean pass(ReaderProcess reader) throws IOException, InterruptedException {
        Optional<AuditHead> before = head();
        if (before.isEmpty()) {
            return false;
        }
        reader.ask();
        for (Said said = reader.answer(); !(said instanceof Said.End); said = reader.answer()) {
            if (said instanceof Said.Bytes record) {
                chain.add(record.bytes());
            } else if (said instanceof Said.Gone gone) {
                chain.trouble("the file is damaged: " + gone.why());
                return false;
            }
            drain();
            if (chain.isHopeless()) {
                return false;
            }
        }
        return settle(before.get());
    }

    private boolean settle(AuditHead before) throws IOException, InterruptedException {
        if (chain.count() < before.index()) {
            if (waitsOn()) {
                return true;
            }
            chain.missing(before.index());
            return false;
        }
        Optional<AuditHead> after = head();
        if (after.isEmpty()) {
            return false;
        }
        switch (chain.compare(after.get())) {
            case BROKEN -> {
                return false;
            }
            case AHEAD, BEHIND -> {
                if (mode != Mode.ALONE && waitsOn()) {
                    return true;
                }
                chain.flush();
            }
            case EQUAL -> {}
        }
        unsettledPolls = 0;
        reachedEnd();
        return mode == Mode.FOLLOW;
    }

    private boolean waitsOn() throws InterruptedException {
        drain();
        return ++unsettledPolls <= UNSETTLED_POLLS_MAX;
    }

    /** The head; empty if it is no head, which was told. */
    private Optional<AuditHead> head() throws IOException {
        try {
            return Optional.of(folder.readHead(replica));
        } catch (BadBytesException e) {
            chain.trouble("the head beside the file cannot confirm it: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void reachedEnd() throws InterruptedException {
        drain();
        if (!caughtUp) {
            caughtUp = true;
            sink.caughtUp();
        }
    }

    private void drain() throws InterruptedException {
        for (AuditLine line : chain.take()) {
            sink.line(line);
        }
    }
}
