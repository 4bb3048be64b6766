package dev.bft.watchdog;

import java.util.ArrayList;
import java.util.List;

/** How far the process of one boot has come, by its own word. */
final class Life {

    /** What a replica may report on its way to ready; other words are no steps. */
    private static final List<String> PROGRESS = List.of("started", "loaded", "keys", "catching-up", "caught-up");

    private static final long NO_BOOT = -1;

    private enum Age {
        SILENT,
        HEARD,
        READY
    }

    private final long boot;
    private final long launchedAt;
    private final List<String> progress = new ArrayList<>();
    private Age age = Age.SILENT;
    private long readyAt = Long.MAX_VALUE;
    private boolean overdue;

    Life(long boot, long launchedAt) {
        this.boot = boot;
        this.launchedAt = launchedAt;
    }

    /** No process. */
    static Life none() {
        return new Life(NO_BOOT, 0);
    }

    long boot() {
        return boot;
    }

    boolean isSilent() {
        return age == Age.SILENT;
    }

    boolean isReady() {
        return age == Age.READY;
    }

    void heard() {
        if (age == Age.SILENT) {
            age = Age.HEARD;
        }
    }

    void ready(long now) {
        age = Age.READY;
        readyAt = now;
    }

    /** It was too late once; that is told once. */
    void overdue() {
        overdue = true;
    }

    /** Notes a word of progress and returns whether it is a step that has passed now. */
    boolean passes(String word) {
        return PROGRESS.contains(word) && !progress.contains(word) && progress.add(word);
    }

    long readyMillis(long now) {
        return age == Age.READY ? now - readyAt : 0;
    }

    /** When the next word is due at the latest. */
    long deadline(MonitorSettings settings) {
        return switch (age) {
            case SILENT -> launchedAt + settings.load();
            case HEARD -> overdue ? Long.MAX_VALUE : launchedAt + settings.ready();
            case READY -> Long.MAX_VALUE;
        };
    }
}
