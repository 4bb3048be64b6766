package dev.bft.watchdog;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** What a watchdog tells whoever reads its output: one line for each thing that happened. */
final class WatchdogLog {

    private static final int LINE_LENGTH_MAX = 1000;

    private final PrintStream out;
    private final int replica;

    WatchdogLog(PrintStream out, int replica) {
        this.out = out;
        this.replica = replica;
    }

    void say(String text) {
        out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " watchdog " + replica + ": " + oneLine(text));
    }

    void say(MonitorAction.Audit record) {
        StringBuilder text = new StringBuilder(record.kind());
        for (Map.Entry<String, String> field : record.fields().entrySet()) {
            text.append(' ').append(field.getKey()).append('=').append(field.getValue());
        }
        say((record.claim() ? "the replica says: " : "") + text);
    }

    /** Makes a text one line without anything that a terminal would obey. */
    static String oneLine(String text) {
        String clean = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cn}\\u2028\\u2029]", "?");
        return clean.length() <= LINE_LENGTH_MAX ? clean : clean.substring(0, LINE_LENGTH_MAX) + "...";
    }
}
