package dev.bft.sim;

import dev.bft.protocol.Effect;
import dev.bft.state.CheckpointImage;
import dev.bft.wire.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the files of a replica hold: the vote log's segment and the base checkpoint. */
final class DiskImage {
    private List<byte[]> records = new ArrayList<>();
    private long tick;
    private byte[][] pages = new byte[0][];
    private long seqno;
    private Digest digest = Digest.ZERO;
    private boolean stable = true;

    /** The files of a replica that never ran, made for this tick. */
    DiskImage(long tick) {
        this.tick = tick;
    }

    /** A copy that later changes of either do not touch; pages themselves never change. */
    DiskImage copy() {
        DiskImage copy = new DiskImage(tick);
        copy.records = new ArrayList<>(records);
        copy.pages = pages.clone();
        copy.seqno = seqno;
        copy.digest = digest;
        copy.stable = stable;
        return copy;
    }

    void apply(Effect effect) {
        if (effect instanceof Effect.Append append) {
            records.add(append.record());
        } else if (effect instanceof Effect.NewSegment segment) {
            records = new ArrayList<>(segment.records());
            tick = segment.tick();
        } else if (effect instanceof Effect.Install install) {
            install(install.image());
        }
    }

    private void install(CheckpointImage image) {
        for (CheckpointImage.Page page : image.pages()) {
            if (page.index() >= pages.length) {
                pages = grown(page.index());
            }
            pages[page.index()] = page.bytes();
        }
        seqno = image.seqno();
        digest = image.digest();
        stable = image.stable();
    }

    private byte[][] grown(int index) {
        byte[][] more = Arrays.copyOf(pages, Math.max(index + 1, 2 * pages.length));
        Arrays.fill(more, pages.length, more.length, new byte[0]);
        return more;
    }

    /** A page, or no bytes at all if it was never written. */
    byte[] page(int index) {
        return index < pages.length ? pages[index] : new byte[0];
    }

    /** Changes one bit of one page that was written; false if none was. */
    boolean damage(Rng rng) {
        for (int tries = 0; tries < 2 * pages.length; tries++) {
            int index = rng.below(pages.length);
            if (pages[index].length > 0) {
                byte[] changed = pages[index].clone();
                changed[rng.below(changed.length)] ^= (byte) (1 << rng.below(8));
                pages[index] = changed;
                return true;
            }
        }
        return false;
    }

    /** The vote log is gone. */
    void loseVotes() {
        records = new ArrayList<>();
        tick = -1;
    }

    List<byte[]> records() {
        return records;
    }

    long tick() {
        return tick;
    }

    long seqno() {
        return seqno;
    }

    Digest digest() {
        return digest;
    }

    boolean stable() {
        return stable;
    }
}
