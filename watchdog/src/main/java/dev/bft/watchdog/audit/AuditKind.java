package dev.bft.watchdog.audit;

import java.util.List;

/** The kinds of record that a watchdog writes of its own; a claim of the replica may carry any other word. */
public final class AuditKind {

    /** The watchdog has started. */
    public static final String START = "start";

    /** The replica was booted: image digest, boot number, tick, isolation. */
    public static final String BOOT = "boot";

    /** The replica takes part. */
    public static final String READY = "ready";

    /** The replica changed its session keys; always a claim. */
    public static final String KEY_REFRESH = "key-refresh";

    /** The replica left its view, or began another; always a claim. */
    public static final String VIEW = "view";

    /** A primary was asked to move its view to another. */
    public static final String HAND_OVER = "hand-over";

    /** A recovery ended: its phases in milliseconds, its reason, its result. */
    public static final String RECOVERY = "recovery";

    /** The replica died on its own. */
    public static final String CRASH = "crash";

    /** A boot was refused; the file that was wrong is named. */
    public static final String REFUSAL = "refusal";

    /** Something a person should look at. */
    public static final String ALARM = "alarm";

    /** The replica and its watchdog were stopped on request. */
    public static final String STOP = "stop";

    /** An operator put an interlock aside. */
    public static final String OVERRIDE = "override";

    private AuditKind() {}

    /** Every kind, in the order of a replica's life. */
    public static List<String> all() {
        return List.of(
                START, BOOT, READY, KEY_REFRESH, VIEW, HAND_OVER, RECOVERY, CRASH, REFUSAL, ALARM, STOP, OVERRIDE);
    }
}
