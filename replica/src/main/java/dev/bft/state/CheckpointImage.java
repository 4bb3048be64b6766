package dev.bft.state;

import dev.bft.wire.Digest;
import java.util.List;

/**
 * What turns the base on disk into checkpoint {@code seqno}: the pages that differ, and the certificate.
 *
 * @param seqno the checkpoint
 * @param digest its state digest
 * @param stable whether 2f+1 replicas, this one among them, announced it
 * @param pages the pages that differ from the present base, increasing by index. Each is copied when it is asked
 *     for, by any thread, until {@link PagedState#installed} is told of the checkpoint
 */
public record CheckpointImage(long seqno, Digest digest, boolean stable, List<Page> pages) {
    /** One page: its index and {@link PagedState#PAGE_SIZE} bytes. */
    public record Page(int index, byte[] bytes) {}
}
