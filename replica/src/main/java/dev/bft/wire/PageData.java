package dev.bft.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * Pages of a checkpoint (DATA of section 8.8). Not authenticated: the receiver checks each against its digest.
 *
 * @param seqno the checkpoint
 * @param pages at most {@link Limits#PAGES}
 */
public record PageData(long seqno, List<Page> pages) implements Message {
    /** A page of {@link Limits#PAGE} bytes and its index. */
    public record Page(int index, byte[] bytes) {}

    @Override
    public Type type() {
        return Type.PAGE_DATA;
    }

    @Override
    public void write(Out out) {
        out.i64(seqno).i32(pages.size());
        for (Page page : pages) {
            out.i32(page.index).fixed(page.bytes);
        }
    }

    static PageData read(In in) throws MalformedException {
        long seqno = in.mark();
        int count = in.count(Limits.PAGES);
        List<Page> pages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pages.add(new Page(in.count(Integer.MAX_VALUE), in.fixed(Limits.PAGE)));
        }
        return new PageData(seqno, pages);
    }
}
