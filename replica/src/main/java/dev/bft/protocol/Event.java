package dev.bft.protocol;

import java.util.Optional;

/** All that can happen to a replica: the only way in. */
public sealed interface Event {
    /** The process started: 32 random bytes from the host, and what the disk held. Always the first event. */
    record Booted(byte[] seed, Saved saved) implements Event {}

    /** A frame came in on a link (a connection; replies to clients go back on it). Hostile bytes. */
    record Received(long link, byte[] frame) implements Event {}

    /** The connection to another replica stands, or broke. Not authentic: it only says when to be impatient. */
    record Reached(int replica, boolean stands) implements Event {}

    /**
     * Time passed: monotonic nanoseconds, and microseconds since the epoch by a clock that people set. At least every 10
     * ms; may be given more often.
     */
    record Tick(long nanos, long wallMicros) implements Event {}

    /** The coprocessor signed: the counter it took and put inside the signed bytes, and the signature. */
    record Signed(long token, long counter, byte[] signature) implements Event {}

    /** The coprocessor opened a sealed key, or found it unopenable. */
    record Opened(long token, Optional<byte[]> secret) implements Event {}

    /** Every disk effect with a token up to and including this one is on disk. */
    record Persisted(long token) implements Event {}

    /** The watchdog asks for a save bound to the tick of the next boot (decisions: channels, fd 3). */
    record SaveAsked(long nextTick) implements Event {}

    /** The watchdog, or a person, wants another primary: one that is primary moves the view (section 6.3). */
    record HandOverAsked() implements Event {}
}
