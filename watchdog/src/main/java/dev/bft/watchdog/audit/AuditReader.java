package dev.bft.watchdog.audit;

import java.nio.file.Path;
import java.util.Optional;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * The records of a queue as bytes, from the first, without any check. A damaged queue may kill the process that reads
 * it, so this is for a process that may die.
 */
public final class AuditReader implements AutoCloseable {

    private final ChronicleQueue queue;
    private final ExcerptTailer tailer;

    /** Opens the queue in this folder. */
    public AuditReader(Path folder) {
        queue = SingleChronicleQueueBuilder.binary(folder.toFile())
                .blockSize(ChronicleAudit.BLOCK_BYTES)
                .rollCycle(RollCycles.FAST_DAILY)
                .timeoutMS(ChronicleAudit.HEADER_WAIT_MILLIS)
                .readOnly(true)
                .build();
        tailer = queue.createTailer();
    }

    /** The next record; empty if there is none yet. One that is longer than any may be is cut just beyond that. */
    public Optional<byte[]> next() {
        try (DocumentContext document = tailer.readingDocument()) {
            if (!document.isPresent()) {
                return Optional.empty();
            }
            Bytes<?> record = document.wire().bytes();
            byte[] bytes = new byte[(int) Math.min(record.readRemaining(), AuditText.RECORD_BYTES_MAX + 1L)];
            record.read(bytes);
            return Optional.of(bytes);
        }
    }

    @Override
    public void close() {
        tailer.close();
        queue.close();
    }
}
