package dev.bft.host;

import dev.bft.protocol.Fact;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/** How long fetching a state takes, by the host's clock, and how much it was. */
final class TransferTimes {
    private static final long MICROSECOND = 1_000;

    private OptionalLong beganAt = OptionalLong.empty();
    private long targets;
    private long fetchedAt;
    private long transfers;
    private long pages;
    private long fetchNanos;
    private long allNanos;
    private long cpuBegan;
    private long cpuNanos;

    /** Notes a fact. */
    void tell(Fact fact, long now) {
        if (fact instanceof Fact.TransferStarted) {
            targets++;
            cpuBegan = beganAt.isPresent() ? cpuBegan : cpu();
            beganAt = beganAt.isPresent() ? beganAt : OptionalLong.of(now);
        } else if (fact instanceof Fact.TransferFetched fetched) {
            pages += fetched.pages();
            fetchedAt = now;
        } else if (fact instanceof Fact.TransferDone) {
            transfers++;
            fetchNanos += fetchedAt - beganAt.orElse(fetchedAt);
            allNanos += now - beganAt.orElse(fetchedAt);
            cpuNanos += cpu() - cpuBegan;
            beganAt = OptionalLong.empty();
        }
    }

    /** What all threads of this process took, nanoseconds. */
    private static long cpu() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }

    /** Of all since the boot: until all was there, and until it was on disk; its CPU time; how many pages; and how many there were. */
    void addTo(Map<String, Long> metrics) {
        metrics.put("transfers", transfers);
        metrics.put("transfer_targets", targets);
        metrics.put("transfer_pages", pages);
        metrics.put("transfer_fetch_us", fetchNanos / MICROSECOND);
        metrics.put("transfer_cpu_us", cpuNanos / MICROSECOND);
        metrics.put("transfer_us", allNanos / MICROSECOND);
    }
}
