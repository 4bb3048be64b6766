package dev.bft.coprocessor;

import dev.bft.keystore.BadBytesException;
import dev.bft.keystore.ByteReader;
import dev.bft.keystore.ByteWriter;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a replica tells its watchdog, which believes none of it and records it as claims. Too long texts are cut. */
public sealed interface ReplicaReport {

    /** The longest name of a phase or kind, in characters. */
    int NAME_MAX = 32;

    /** The longest name of a metric, in characters. */
    int METRIC_NAME_MAX = 64;

    /** The longest text of a claim, in characters. */
    int TEXT_MAX = 512;

    /** The most metrics in a status. */
    int METRICS_MAX = 128;

    /** A char outside the surrogates takes at most this many bytes in UTF-8, and a pair takes fewer. */
    int UTF8_BYTES_PER_CHAR_MAX = 3;

    /** The longest digest in hex. */
    int DIGEST_MAX = 128;

    /** The replica of this boot takes part, as fast as it will be. */
    record Ready(long bootSeq) implements ReplicaReport {}

    /** A phase of the boot has passed: "loaded", "keys", "catching-up", "caught-up", "ready". */
    record Progress(String phase) implements ReplicaReport {

        /** Cuts the phase. */
        public Progress {
            phase = LocalText.cut(phase, NAME_MAX);
        }
    }

    /** The save for this tick is done; durable unless the replica votes in memory and its disk failed. */
    record SaveDone(long tick, boolean durable) implements ReplicaReport {}

    /** A fact for the audit log; the kind has at most 32 characters, the text 512. */
    record Claim(String kind, String text) implements ReplicaReport {

        /** Cuts what is too long, so that an alarm is never lost for its length. */
        public Claim {
            kind = LocalText.cut(kind, NAME_MAX);
            text = LocalText.cut(text, TEXT_MAX);
        }
    }

    /**
     * How the replica sees itself.
     *
     * @param phase at most 32 characters
     * @param view its view
     * @param executed the last batch executed
     * @param stable the last stable checkpoint
     * @param digest the state digest of that checkpoint, in hex; empty if there is none
     * @param primary the primary of the view
     * @param recovering whether a recovery is in progress
     * @param lastCounter the last counter of its coprocessor that it saw
     * @param drops how many messages it dropped, for all reasons
     * @param heapUsed bytes
     * @param metrics anything else with a name and a number
     */
    record StatusReport(
            String phase,
            long view,
            long executed,
            long stable,
            String digest,
            int primary,
            boolean recovering,
            long lastCounter,
            long drops,
            long heapUsed,
            SortedMap<String, Long> metrics)
            implements ReplicaReport {

        /** Cuts the phase; copies the metrics, the first {@link #METRICS_MAX} of them. */
        public StatusReport {
            phase = LocalText.cut(phase, NAME_MAX);
            digest = LocalText.cut(digest, DIGEST_MAX);
            TreeMap<String, Long> kept = new TreeMap<>();
            metrics.forEach((name, value) -> {
                if (kept.size() < METRICS_MAX) {
                    kept.put(LocalText.cut(name, METRIC_NAME_MAX), value);
                }
            });
            metrics = Collections.unmodifiableSortedMap(kept);
        }
    }

    /** The frame of this report. */
    default Frame encode() {
        ByteWriter out = new ByteWriter();
        if (this instanceof Ready ready) {
            return new Frame((byte) 1, out.i64(ready.bootSeq).toBytes());
        }
        if (this instanceof Progress progress) {
            return new Frame((byte) 2, out.text(progress.phase).toBytes());
        }
        if (this instanceof SaveDone done) {
            return new Frame((byte) 3, out.i64(done.tick).flag(done.durable).toBytes());
        }
        if (this instanceof Claim claim) {
            return new Frame((byte) 4, out.text(claim.kind).text(claim.text).toBytes());
        }
        write((StatusReport) this, out);
        return new Frame((byte) 5, out.toBytes());
    }

    /** The report in a frame. */
    static ReplicaReport decode(Frame frame) throws LocalProtocolException {
        return switch (frame.type()) {
            case 1 -> FrameBody.decode(frame, in -> new Ready(in.number()));
            case 2 -> FrameBody.decode(frame, in -> new Progress(text(in, NAME_MAX)));
            case 3 -> FrameBody.decode(frame, in -> new SaveDone(in.number(), in.flag()));
            case 4 -> FrameBody.decode(frame, in -> new Claim(text(in, NAME_MAX), text(in, TEXT_MAX)));
            case 5 -> FrameBody.decode(frame, ReplicaReport::readStatus);
            default -> throw new LocalProtocolException("no report has type " + frame.type());
        };
    }

    private static void write(StatusReport status, ByteWriter out) {
        out.text(status.phase)
                .i64(status.view)
                .i64(status.executed)
                .i64(status.stable)
                .text(status.digest)
                .i32(status.primary)
                .flag(status.recovering)
                .i64(status.lastCounter)
                .i64(status.drops)
                .i64(status.heapUsed)
                .i32(status.metrics.size());
        for (Map.Entry<String, Long> metric : status.metrics.entrySet()) {
            out.text(metric.getKey()).i64(metric.getValue());
        }
    }

    private static StatusReport readStatus(ByteReader in) throws BadBytesException {
        return new StatusReport(
                text(in, NAME_MAX),
                in.i64(),
                in.i64(),
                in.i64(),
                text(in, DIGEST_MAX),
                in.i32(),
                in.flag(),
                in.i64(),
                in.i64(),
                in.i64(),
                readMetrics(in));
    }

    private static SortedMap<String, Long> readMetrics(ByteReader in) throws BadBytesException {
        int count = in.count(METRICS_MAX);
        TreeMap<String, Long> metrics = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String name = text(in, METRIC_NAME_MAX);
            if (!metrics.isEmpty() && metrics.lastKey().compareTo(name) >= 0) {
                throw new BadBytesException("metrics are not in order");
            }
            metrics.put(name, in.i64());
        }
        return metrics;
    }

    private static String text(ByteReader in, int max) throws BadBytesException {
        String text = in.text(UTF8_BYTES_PER_CHAR_MAX * max);
        if (text.length() > max) {
            throw new BadBytesException("a text is longer than " + max);
        }
        return text;
    }
}
