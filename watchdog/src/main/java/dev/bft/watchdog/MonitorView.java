package dev.bft.watchdog;

import java.util.Optional;

/** What a {@link Monitor} knows, for the status. */
record MonitorView(
        ReplicaPhase phase, String problem, String image, BootNumbers numbers, Optional<RecoveryReport> lastRecovery) {}
