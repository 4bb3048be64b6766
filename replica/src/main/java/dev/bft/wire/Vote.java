package dev.bft.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * A PREPARE or a COMMIT (section 4.4): this replica accepted, or prepared, the batch with this digest.
 *
 * @param type PREPARE or COMMIT
 * @param view the view
 * @param seqno the seqno
 * @param batch the batch digest
 * @param commits COMMITs of the same view that ride on it
 */
public record Vote(Type type, long view, long seqno, Digest batch, List<Commit> commits) implements Message {
    /** A COMMIT that rides on another message (section 4.5): all that it says beside the view. */
    public record Commit(long seqno, Digest batch) {
        /** Writes the COMMITs that ride on a message. */
        static void write(List<Commit> commits, Out out) {
            out.i32(commits.size());
            for (Commit commit : commits) {
                out.i64(commit.seqno).digest(commit.batch);
            }
        }

        static List<Commit> read(In in) throws MalformedException {
            int count = in.count(Limits.COMMITS);
            List<Commit> commits = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                commits.add(new Commit(in.mark(), in.digest()));
            }
            return List.copyOf(commits);
        }
    }

    /** A vote on which nothing rides. */
    public Vote(Type type, long view, long seqno, Digest batch) {
        this(type, view, seqno, batch, List.of());
    }

    @Override
    public void write(Out out) {
        out.i64(view).i64(seqno).digest(batch);
        Commit.write(commits, out);
    }

    static Vote read(Type type, In in) throws MalformedException {
        return new Vote(type, in.mark(), in.mark(), in.digest(), Commit.read(in));
    }
}
