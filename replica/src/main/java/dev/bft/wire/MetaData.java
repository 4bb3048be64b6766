package dev.bft.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * The digests below one partition of a checkpoint (section 8.8). Not authenticated: the receiver checks them
 * against the digest it knows.
 *
 * @param seqno the checkpoint
 * @param level ROOT: of the chunks; CHUNK: of the pages of chunk {@code index}
 * @param index the chunk; 0 for the root
 * @param children the digests in order
 */
public record MetaData(long seqno, Fetch.Level level, int index, List<Digest> children) implements Message {
    @Override
    public Type type() {
        return Type.META_DATA;
    }

    @Override
    public void write(Out out) {
        out.i64(seqno).u8(level == Fetch.Level.ROOT ? 0 : 1).i32(index).i32(children.size());
        for (Digest child : children) {
            out.digest(child);
        }
    }

    static MetaData read(In in) throws MalformedException {
        long seqno = in.mark();
        Fetch.Level level = in.flag() ? Fetch.Level.CHUNK : Fetch.Level.ROOT;
        int index = in.count(Integer.MAX_VALUE);
        int count = in.count(Limits.DIGESTS);
        List<Digest> children = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            children.add(in.digest());
        }
        return new MetaData(seqno, level, index, children);
    }
}
