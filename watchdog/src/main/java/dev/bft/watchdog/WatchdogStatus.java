package dev.bft.watchdog;

import dev.bft.coprocessor.ReplicaReport;
import java.util.Optional;

/**
 * What a watchdog knows of its replica.
 *
 * @param problem why the replica is not ready, in words for a person; empty when there is nothing to say
 * @param isolation how the replica is kept from its host: {@code none} in this release
 * @param image the SHA-256 digest of the manifest it was booted from, in hex; empty before the first boot
 * @param bootSeq the number of the last boot
 * @param tick the number of the last recovery
 * @param claim what the replica last said of itself; nothing here is believed
 */
public record WatchdogStatus(
        int replica,
        ReplicaPhase phase,
        String problem,
        String isolation,
        String image,
        long bootSeq,
        long tick,
        ProcessUse process,
        ProcessUse watchdog,
        ProcessUse coprocessor,
        Optional<ReplicaReport.StatusReport> claim,
        Optional<RecoveryReport> lastRecovery) {}
