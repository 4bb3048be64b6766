package dev.bft.host;

import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Out;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Vote logs whose checksums and chain fit whatever stands in them: as one writes them who means harm. */
final class SealedLog {
    private static final byte[] MARKER = {1, 2, 3, 4, 5, 6, 7, 8};

    private SealedLog() {}

    /** A head with this base. */
    static byte[] head(long base) {
        return new SegmentHead(new Owner(new byte[Cluster.ID_BYTES], 1), 0, 1, false, base).toBytes();
    }

    /** The payload of a block with these records. */
    static byte[] payload(List<byte[]> records) {
        Out out = new Out(Block.payloadSize(records));
        records.forEach(out::bytes);
        return out.toBytes();
    }

    /** A log with a block of each payload. */
    static byte[] of(List<byte[]> payloads) {
        byte[] prefix = Segment.prefix(Segment.VERSION);
        byte[] chain = Segment.chainOf(prefix, MARKER);
        Out out = new Out(1 << 12).fixed(prefix);
        for (byte[] payload : payloads) {
            chain = chain(chain, payload);
            CRC32C crc = new CRC32C();
            crc.update(new Out(4).i32(payload.length).toBytes());
            crc.update(chain);
            crc.update(payload);
            out.fixed(MARKER).i32(payload.length).i32((int) crc.getValue());
            out.fixed(chain).fixed(payload);
        }
        return out.toBytes();
    }

    private static byte[] chain(byte[] before, byte[] payload) {
        MessageDigest sha = Digest.sha256();
        sha.update(before);
        return Arrays.copyOf(sha.digest(payload), Block.CHAIN);
    }

    /** The log, a torn block, and behind it so many headers of blocks that reach to the end of the file. */
    static byte[] withMarkersBehind(byte[] log, int count) {
        Out out = new Out(log.length + count * 16).fixed(log).u8(0);
        for (int i = count; i > 0; i--) {
            out.fixed(MARKER).i32(Math.min(Math.max(i - 3, 1) * 12, Block.PAYLOAD_MAX));
        }
        return out.toBytes();
    }
}
