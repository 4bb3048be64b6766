package dev.bft.watchdog.audit;

import dev.bft.keystore.BadBytesException;
import dev.bft.keystore.ByteReader;
import dev.bft.keystore.ByteWriter;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One fact in the audit log of a replica.
 *
 * @param replica whose log it is
 * @param index 1 for the first record of the log, and so on
 * @param wallMillis when, by the host's clock, which nobody vouches for
 * @param kind a word of at most 32 characters, see {@link AuditKind}
 * @param claim whether the replica said so; the watchdog vouches for the rest
 * @param fields by name, in order; at most 32 of at most 1024 bytes each, the rest is cut
 * @param previous the hash of the record before
 */
public record AuditRecord(
        int replica,
        long index,
        long wallMillis,
        String kind,
        boolean claim,
        SortedMap<String, String> fields,
        AuditHash previous) {

    /** The version of the bytes. */
    static final int VERSION = 1;

    /** Cuts what is too long. */
    public AuditRecord {
        kind = AuditText.kind(kind);
        fields = Collections.unmodifiableSortedMap(AuditText.fields(fields));
    }

    /** When, by the host's clock. */
    public Instant time() {
        return Instant.ofEpochMilli(wallMillis);
    }

    /** The hash that the next record names, and by which a person may name this one. */
    public AuditHash hash() {
        return AuditHash.of(encode());
    }

    /** The canonical bytes, over which the chain runs. */
    byte[] encode() {
        ByteWriter out = new ByteWriter()
                .u8(VERSION)
                .i32(replica)
                .i64(index)
                .i64(wallMillis)
                .text(kind)
                .flag(claim)
                .i32(fields.size());
        for (Map.Entry<String, String> field : fields.entrySet()) {
            out.text(field.getKey()).text(field.getValue());
        }
        return out.fixed(previous.bytes()).toBytes();
    }

    /** The record in these bytes, which may be anything. */
    static AuditRecord decode(byte[] bytes) throws BadBytesException {
        if (bytes.length > AuditText.RECORD_BYTES_MAX) {
            throw new BadBytesException("it is longer than any record");
        }
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new BadBytesException("version " + version + " of a record is not known here");
        }
        AuditRecord record = new AuditRecord(
                in.i32(),
                in.number(),
                in.number(),
                in.text(AuditText.KIND_CHARS_MAX),
                in.flag(),
                readFields(in),
                AuditHash.read(in.fixed(AuditHash.BYTES)));
        in.end();
        // There is one way to write a record: whatever was cut, reordered or replaced shows here.
        if (!Arrays.equals(record.encode(), bytes)) {
            throw new BadBytesException("the bytes are not canonical");
        }
        return record;
    }

    private static SortedMap<String, String> readFields(ByteReader in) throws BadBytesException {
        int count = in.count(AuditText.FIELDS_MAX);
        TreeMap<String, String> fields = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            fields.put(in.text(AuditText.NAME_CHARS_MAX), in.text(AuditText.VALUE_BYTES_MAX));
        }
        return fields;
    }
}
