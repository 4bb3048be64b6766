package dev.bft.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * A request for part of a checkpoint (section 8.8). The one message authenticated with the sender's <em>in</em>
 * keys: a replica that just booted has distributed those, and may not hold the others yet.
 *
 * @param seqno the checkpoint
 * @param level what is asked for
 * @param indices the chunks or pages; empty for the root
 */
public record Fetch(long seqno, Level level, List<Integer> indices) implements Message {
    /** The levels of the partition tree. */
    public enum Level {
        /** The digests of all chunks. */
        ROOT(0),
        /** The digests of one chunk's pages. */
        CHUNK(1),
        /** Pages. */
        PAGE(2);

        private static final Level[] ALL = values();
        private final int code;

        Level(int code) {
            this.code = code;
        }

        static Level of(int code) throws MalformedException {
            if (code < 0 || code >= ALL.length) {
                throw new MalformedException("unknown level");
            }
            return ALL[code];
        }
    }

    @Override
    public Type type() {
        return Type.FETCH;
    }

    @Override
    public void write(Out out) {
        out.i64(seqno).u8(level.code).i32(indices.size());
        for (int index : indices) {
            out.i32(index);
        }
    }

    static Fetch read(In in) throws MalformedException {
        long seqno = in.mark();
        Level level = Level.of(in.u8());
        int count = in.count(Limits.PAGES);
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            indices.add(in.count(Integer.MAX_VALUE));
        }
        return new Fetch(seqno, level, indices);
    }
}
