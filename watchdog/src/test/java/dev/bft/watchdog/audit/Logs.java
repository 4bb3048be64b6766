package dev.bft.watchdog.audit;

import dev.bft.watchdog.audit.AuditLine.Entry;
import dev.bft.watchdog.audit.AuditTail.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Logs that tests write, and what is read from them. */
final class Logs {

    static final Duration DEADLINE = Duration.ofMinutes(2);

    private Logs() {}

    static AuditRecord append(AuditStore store, String kind, String text) throws IOException {
        return store.append(kind, false, new TreeMap<>(Map.of("text", text)));
    }

    static void append(AuditStore store, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            append(store, AuditKind.READY, "record " + i);
        }
    }

    /** Writes a log with so many records and closes it. */
    static void write(Path folder, int replica, int count) throws IOException {
        try (AuditStore store = AuditStore.open(folder, replica, false)) {
            append(store, count);
        }
    }

    /** All lines of one log: a record as {@code #index}, with a question mark if it is not confirmed, a finding as its text. */
    static List<String> read(Path folder, int replica) throws InterruptedException {
        return read(List.of(new Place(replica, folder)), AuditQuery.EVERYTHING);
    }

    static List<String> read(List<Place> places, AuditQuery query) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        try (AuditTail tail = AuditTail.open(places, query)) {
            for (AuditLine line : drain(tail)) {
                lines.add(shown(line));
            }
        }
        return lines;
    }

    /** The lines of a tail that ends. */
    static List<AuditLine> drain(AuditTail tail) throws InterruptedException {
        List<AuditLine> lines = new ArrayList<>();
        for (Optional<AuditLine> next = tail.next(DEADLINE); next.isPresent(); next = tail.next(DEADLINE)) {
            lines.add(next.get());
        }
        if (!tail.hasEnded()) {
            throw new IllegalStateException("no end of the log within " + DEADLINE + ", only " + lines);
        }
        return lines;
    }

    static String shown(AuditLine line) {
        if (line instanceof Entry entry) {
            return "#" + entry.record().index() + (entry.confirmed() ? "" : "?");
        }
        return line.text();
    }
}
