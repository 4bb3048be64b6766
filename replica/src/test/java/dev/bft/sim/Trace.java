package dev.bft.sim;

import dev.bft.protocol.Event;
import dev.bft.protocol.Fact;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/** What happened in a run, as one number that a replay must repeat, and as text for who wants to read it. */
final class Trace {
    private final Timeline time;
    private final Optional<PrintStream> out;
    private final CRC32C crc = new CRC32C();
    private long hash = 1;

    Trace(Timeline time, Optional<PrintStream> out) {
        this.time = time;
        this.out = out;
    }

    /** The number. */
    long hash() {
        return hash;
    }

    /** Whether text is wanted: whoever makes text asks first. */
    boolean isRead() {
        return out.isPresent();
    }

    /** One thing that happened at a node: its kind and two numbers that tell it from others. */
    void mark(char kind, int node, long a, long b) {
        long word = Rng.mix(time.now() ^ ((long) kind << 48) ^ ((long) node << 32));
        hash = Rng.mix(Rng.mix(Rng.mix(hash ^ word) ^ a) ^ b);
    }

    /** The same for bytes: they are all part of the number. */
    void mark(char kind, int node, long a, byte[] bytes) {
        crc.reset();
        crc.update(bytes, 0, bytes.length);
        mark(kind, node, a, crc.getValue() << 32 | bytes.length);
    }

    /** Something happens to a replica. */
    void event(int replica, Event event) {
        if (event instanceof Event.Received received) {
            mark('R', replica, received.link(), received.frame());
        } else if (event instanceof Event.Persisted persisted) {
            mark('P', replica, persisted.token(), 0);
        } else if (event instanceof Event.Tick tick) {
            mark('T', replica, tick.nanos(), tick.wallMicros());
        } else if (event instanceof Event.Signed signed) {
            mark('S', replica, signed.counter(), signed.signature());
        } else {
            mark('E', replica, 0, 0);
        }
        if (isRead() && !(event instanceof Event.Tick)) {
            say("replica " + replica, Describe.event(event));
        }
    }

    /** A replica reports something. */
    void fact(int replica, Fact fact) {
        if (isRead()) {
            say("replica " + replica, "  reports " + fact);
        }
    }

    /** A line for people; does not change the number. */
    void say(String who, String what) {
        out.ifPresent(o -> o.printf(Locale.ROOT, "%,18d ns  %-10s %s%n", time.now(), who, what));
    }
}
