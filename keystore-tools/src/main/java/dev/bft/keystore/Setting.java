package dev.bft.keystore;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * One key of bft.toml: where it stands, what it may be, what it is if nobody says anything, and what it is for.
 *
 * @param section the table it stands in
 * @param key its name
 * @param kind what its value looks like
 * @param initial the text of its default; empty if it must be given
 * @param range "least..most", or the words it may be, with "|" between them; empty if the kind says it all
 * @param comment for the file and its man page
 */
public record Setting(String section, String key, Kind kind, String initial, String range, String comment) {

    /** What a value looks like. */
    public enum Kind {
        /** A whole number. */
        COUNT,
        /** A number of bytes: a text such as "64MiB". */
        SIZE,
        /** A length of time: a text such as "250ms". */
        DURATION,
        /** true or false. */
        FLAG,
        /** One of some words. */
        WORD,
        /** One of some words, or the name of a class in a package. */
        CLASS
    }

    private static final Pattern CLASS_NAME =
            Pattern.compile("[\\p{Alpha}_$][\\w$]{0,99}(\\.[\\p{Alpha}_$][\\w$]{0,99}){1,20}");

    private static final List<Setting> ALL = List.of(
            of("cluster.epoch", Kind.COUNT, "0", "0..2147483647")
                    .saying("raised by an operator after a loss beyond f; all replicas must agree"),
            of("cluster.service", Kind.CLASS, "kv", "kv|null")
                    .saying("what the cluster runs; a class is one of the signed image; fixed at keygen"),
            of("protocol.checkpoint_period", Kind.COUNT, "128", "1..8192").saying("K: batches between checkpoints"),
            of("protocol.log_size", Kind.COUNT, "1024", "2..2048")
                    .saying("L: batches the log holds; a multiple of checkpoint_period and at least twice that"),
            of("protocol.window", Kind.COUNT, "8", "1..4096")
                    .saying("W: batches the primary proposes beyond the last one executed; at most log_size"),
            of("protocol.batch_bytes", Kind.SIZE, "1MiB", "4KiB..1MiB")
                    .saying("the most bytes of requests in a batch; one larger request may stand alone"),
            of("protocol.batch_requests", Kind.COUNT, "256", "1..4096").saying("the most requests in a batch"),
            of("protocol.status_period", Kind.DURATION, "150ms", "10ms..1m")
                    .saying("between two STATUS messages, by which replicas find out what to send again"),
            of("protocol.key_refresh", Kind.DURATION, "30s", "1s..24h")
                    .saying("T_k: how long a session key is used, between replicas and by clients"),
            of("protocol.view_change_timeout", Kind.DURATION, "300ms", "10ms..1m")
                    .saying("how long a request may wait for a primary that is connected; 100ms if it is not"),
            of("protocol.agreed_time_skew", Kind.DURATION, "2s", "100ms..1h")
                    .saying(
                            "how far the time that a primary proposes may be from a replica's own clock; keep the clocks much closer"),
            of("protocol.durability", Kind.WORD, "disk", "disk|memory")
                    .saying("where votes are before the message that depends on them leaves"),
            of("protocol.client_retransmit", Kind.DURATION, "150ms", "10ms..5s")
                    .saying("a client's first wait before it sends a request again; at most client_retransmit_max"),
            of("protocol.client_retransmit_max", Kind.DURATION, "1s", "10ms..5s")
                    .saying("the longest such wait; replicas forget a request that is not repeated for 10s"),
            of("protocol.client_deadline", Kind.DURATION, "10s", "100ms..1h")
                    .saying("when bft kv gives an operation up, if no --timeout says otherwise"),
            of("recovery.save_deadline", Kind.DURATION, "2s", "100ms..1m")
                    .saying(
                            "how long a replica may take to save; then its recovery is refused, or forced, and a stop goes on:"
                                    + " votes that are in memory are lost"),
            of("recovery.ready_deadline", Kind.DURATION, "60s", "1s..1h")
                    .saying("how long a recovered replica may take to be ready before that is an alarm"),
            of("isolation.minimum", Kind.WORD, "none", "none")
                    .saying("the isolation below which a replica is not started; this release knows none"),
            of("audit.sync", Kind.FLAG, "true", "")
                    .saying(
                            "each audit record is on disk before the next is written; the watchdog does not wait for it"),
            of("limits.state_bytes", Kind.SIZE, "64MiB", "1MiB..4GiB")
                    .saying("the replicated state; a multiple of 4KiB, fixed at keygen"),
            of("limits.sessions", Kind.COUNT, "4096", "16..65536").saying("sessions of clients that are remembered"),
            of("limits.clients", Kind.COUNT, "16384", "64..65536")
                    .saying("keys of clients that a replica holds at a time, of one credential 16 at most"),
            of("limits.frame_bytes", Kind.SIZE, "2MiB", "1088KiB..2MiB")
                    .saying("the longest frame; at least 64KiB more than batch_bytes"),
            of("limits.frame_bytes_stranger", Kind.SIZE, "64KiB", "8KiB..1MiB")
                    .saying("the longest frame before its sender is authenticated; at most frame_bytes"),
            of("limits.links", Kind.COUNT, "256", "16.." + ClusterConfig.Limits.LINKS_MAX)
                    .saying(
                            "connections that a replica takes from others at a time; three quarters of them at most from one address"),
            of("limits.heap_bytes", Kind.SIZE, "256MiB", "64MiB..16GiB")
                    .saying("the heap of a replica's process; the state is not in it"));

    /** Every setting with a default, in the order of the file. */
    public static List<Setting> all() {
        return ALL;
    }

    /** The setting with this name, which there is. */
    static Setting of(String path) {
        return ALL.stream().filter(s -> s.path().equals(path)).findFirst().orElseThrow();
    }

    private static Setting of(String path, Kind kind, String initial, String range) {
        int dot = path.indexOf('.');
        return new Setting(path.substring(0, dot), path.substring(dot + 1), kind, initial, range, "");
    }

    private Setting saying(String text) {
        return new Setting(section, key, kind, initial, range, text);
    }

    /** The name that is unique in the file. */
    public String path() {
        return section + "." + key;
    }

    /** The words that a {@link Kind#WORD} or {@link Kind#CLASS} may be. */
    public List<String> words() {
        return Arrays.asList(range.split("\\|", -1));
    }

    /** The value of a text as a number: a count, bytes, or nanoseconds; empty if it is none of this kind. */
    OptionalLong number(String text) {
        return switch (kind) {
            case COUNT -> text.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
            case SIZE -> Sizes.parse(text);
            case DURATION -> nanos(Durations.parse(text));
            case FLAG, WORD, CLASS -> OptionalLong.empty();
        };
    }

    private static OptionalLong nanos(Optional<Duration> duration) {
        // A thousand hours is more than any setting allows and keeps nanoseconds inside a long.
        return duration.map(
                        d -> OptionalLong.of(d.compareTo(Duration.ofHours(1000)) > 0 ? Long.MAX_VALUE : d.toNanos()))
                .orElseGet(OptionalLong::empty);
    }

    /** What is wrong with this text as a value; empty if nothing is. */
    Optional<String> problem(String text) {
        if (kind == Kind.FLAG) {
            return text.equals("true") || text.equals("false")
                    ? Optional.empty()
                    : Optional.of(key + " = " + text + "; write true or false");
        }
        if (kind == Kind.WORD) {
            return words().contains(text)
                    ? Optional.empty()
                    : Optional.of(key + " = \"" + text + "\"; it can be " + String.join(" or ", words()));
        }
        if (kind == Kind.CLASS) {
            return words().contains(text) || CLASS_NAME.matcher(text).matches()
                    ? Optional.empty()
                    : Optional.of(key + " = \"" + text + "\"; it can be " + String.join(" or ", words())
                            + ", or the name of a class with its package, such as org.example.Stamps");
        }
        OptionalLong number = number(text);
        if (number.isEmpty()) {
            return Optional.of(key + " = " + text + "; write " + example());
        }
        String[] ends = range.split("\\.\\.", -1);
        boolean inside = number.getAsLong() >= number(ends[0]).orElseThrow()
                && number.getAsLong() <= number(ends[1]).orElseThrow();
        return inside
                ? Optional.empty()
                : Optional.of(key + " = " + text + "; it can be " + ends[0] + " to " + ends[1]);
    }

    private String example() {
        return switch (kind) {
            case SIZE -> "a size in quotes, such as \"" + initial + "\"";
            case DURATION -> "a duration in quotes, such as \"" + initial + "\"";
            default -> "a whole number, such as " + initial;
        };
    }

    /** The value as it stands in the file. */
    String literal(String text) {
        return kind == Kind.COUNT || kind == Kind.FLAG ? text : "\"" + text + "\"";
    }

    /** The word of an enum's value. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
