package dev.bft.sim;

import dev.bft.host.VoteLogFile;
import dev.bft.protocol.Effect;
import dev.bft.state.CheckpointImage;
import dev.bft.wire.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the files of a replica hold: the vote log's segment and the base checkpoint. */
final class DiskImage {
    private List<byte[]> records = new ArrayList<>();
    /** How many of the records the segment began with. */
    private int begun;

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
        copy.begun = begun;
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
            begun = records.size();
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
        begun = 0;
        tick = -1;
    }

    /**
     * Writes the vote log as production code does, with a group of records at its end that was never synced and of
     * which a part is lost, and reads it as a boot does: that must be what is here. If nothing but zeros was lost, the
     * group is there after all.
     */
    void tear(byte[] cluster, List<byte[]> group, Rng rng) {
        VoteLogFile file = new VoteLogFile(cluster, 0, tick, records.subList(0, begun));
        file.append(records.subList(begun, records.size()));
        if (!group.isEmpty()) {
            file.append(group);
            lose(file, rng);
        }
        VoteLogFile.Found found = file.read();
        List<byte[]> whole = new ArrayList<>(records);
        whole.addAll(group);
        boolean right = equal(found.records(), records) || equal(found.records(), whole);
        Violation.unless(
                found.fault().isEmpty() && found.tick() == tick && right,
                "torn-tail",
                () -> "a torn tail is not read as one: " + found.fault() + ", "
                        + found.records().size() + " records instead of " + records.size());
        records = new ArrayList<>(found.records());
    }

    private static void lose(VoteLogFile file, Rng rng) {
        int size = file.lastGroup();
        if (rng.chance(0.5)) {
            file.tear(rng.below(size));
        } else {
            int from = VoteLogFile.header() + rng.below(size - VoteLogFile.header());
            file.lose(from, from + 1 + rng.below(size - from));
        }
    }

    private static boolean equal(List<byte[]> a, List<byte[]> b) {
        boolean equal = a.size() == b.size();
        for (int i = 0; equal && i < a.size(); i++) {
            equal = Arrays.equals(a.get(i), b.get(i));
        }
        return equal;
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
