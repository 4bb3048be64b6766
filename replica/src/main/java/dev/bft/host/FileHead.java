package dev.bft.host;

import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.In;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Out;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The first bytes of a file of pages: whose it is and which checkpoint it holds or leads to.
 *
 * <p>128 bytes: magic (8), version (4), fields, zeros, CRC-32C of all before it (4). That much is the same in every
 * version, so that a file of a later version is told from a damaged one.
 *
 * @param kind which file
 * @param cluster the cluster's 16 bytes
 * @param pageCount the pages of the state
 * @param seqno the checkpoint
 * @param digest its digest
 * @param stable whether it is stable
 * @param changed the pages that follow (journal only)
 */
record FileHead(Kind kind, byte[] cluster, int pageCount, long seqno, Digest digest, boolean stable, int changed) {
    /** The number of bytes. */
    static final int BYTES = 128;

    private static final int VERSION = 2;
    private static final int CHECKED = BYTES - 4;

    /** The files that begin like this. */
    enum Kind {
        STATE("bftstate"),
        JOURNAL("bftjrnal");

        private final String magic;

        Kind(String magic) {
            this.magic = magic;
        }
    }

    byte[] toBytes() {
        Out out = new Out(BYTES);
        out.fixed(Digest.tag(kind.magic))
                .i32(VERSION)
                .fixed(cluster)
                .i32(pageCount)
                .i64(seqno);
        out.digest(digest).flag(stable).i32(changed);
        out.fixed(new byte[CHECKED - out.size()]);
        return out.i32(crc(out.toBytes())).toBytes();
    }

    /**
     * The head in these bytes.
     *
     * @throws MalformedException if they are damaged
     * @throws ForeignFileException if they are whole but of another version
     */
    static FileHead read(Kind kind, byte[] bytes) throws MalformedException, ForeignFileException {
        In in = new In(bytes);
        if (!Arrays.equals(in.fixed(8), Digest.tag(kind.magic))) {
            throw new MalformedException("does not begin as it should");
        }
        int version = in.i32();
        if (crc(bytes) != new In(bytes, CHECKED, BYTES).i32()) {
            throw new MalformedException("its head is damaged");
        }
        if (version != VERSION) {
            throw new ForeignFileException(kind.name().toLowerCase(java.util.Locale.ROOT) + ": written in version "
                    + version + " of its format, this release knows " + VERSION
                    + "; start the release that wrote it, or restore the folder from a backup");
        }
        FileHead head =
                new FileHead(kind, in.fixed(Cluster.ID_BYTES), in.i32(), in.mark(), in.digest(), in.flag(), in.i32());
        if (!Arrays.equals(head.toBytes(), bytes)) {
            throw new MalformedException("its head is not zero where nothing stands");
        }
        return head;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CHECKED);
        return (int) crc.getValue();
    }
}
