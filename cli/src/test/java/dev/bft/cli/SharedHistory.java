package dev.bft.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What clients saw of one register that they all change, by compare-and-set from one version to the next only: so the order
 * of the writes is known, and the history is linearizable if and only if no operation contradicts the order of time.
 * With the order of writes given, a cycle of "before in time" and "before by version" always holds one of two operations.
 */
final class SharedHistory {
    private static final long NEVER = Long.MAX_VALUE;

    private final List<Seen> seen = new ArrayList<>();

    /** What an operation was told. */
    private enum Kind {
        /** It read this version. */
        READ,
        /** It wrote this version. */
        WROTE,
        /** It may have written this version, at any time since. */
        PERHAPS,
        /** This version, or a later one, was there. */
        AT_LEAST
    }

    private record Seen(Kind kind, long version, int client, long begun, long ended) {}

    /** A client read a version that a client wrote; nobody did if it is 0. */
    synchronized void read(long version, int writer, long begun, long ended) {
        seen.add(new Seen(Kind.READ, version, writer, begun, ended));
    }

    /** A client wrote a version. */
    synchronized void wrote(long version, int client, long begun, long ended) {
        seen.add(new Seen(Kind.WROTE, version, client, begun, ended));
    }

    /** A client wanted to write a version and was not told whether it did. */
    synchronized void perhaps(long version, int client, long begun) {
        seen.add(new Seen(Kind.PERHAPS, version, client, begun, NEVER));
    }

    /** A client's write of a version was refused: another had written it, or a later one. */
    synchronized void refused(long version, int client, long begun, long ended) {
        seen.add(new Seen(Kind.AT_LEAST, version, client, begun, ended));
    }

    /** How many operations were told something. */
    synchronized int size() {
        return seen.size();
    }

    /** What contradicts one order for all; empty if nothing does. */
    synchronized List<String> problems() {
        List<String> problems = new ArrayList<>();
        Map<Long, Seen> written = written(problems);
        for (Seen one : seen) {
            if (one.kind == Kind.READ && one.version > 0) {
                readsWhatWasWritten(one, written, problems);
            }
        }
        inOrderOfTime(problems);
        return problems;
    }

    /** By version, who wrote it, or may have. */
    private Map<Long, Seen> written(List<String> problems) {
        Map<Long, Seen> written = new TreeMap<>();
        for (Seen one : seen) {
            if (one.kind == Kind.WROTE) {
                Seen before = written.put(one.version, one);
                if (before != null) {
                    problems.add("written twice: " + before + " and " + one);
                }
            }
        }
        return written;
    }

    private void readsWhatWasWritten(Seen read, Map<Long, Seen> written, List<String> problems) {
        Optional<Seen> write = Optional.ofNullable(written.get(read.version)).filter(w -> w.client == read.client);
        boolean possible = write.isPresent()
                || seen.stream()
                        .anyMatch(w -> w.kind == Kind.PERHAPS && w.version == read.version && w.client == read.client);
        if (!possible) {
            problems.add("nobody wrote what was read: " + read + ", but " + written.get(read.version));
        } else if (write.filter(w -> read.ended < w.begun).isPresent()) {
            problems.add("read before it was written: " + read + ", " + write);
        }
    }

    private void inOrderOfTime(List<String> problems) {
        List<Seen> byBegin = new ArrayList<>(seen);
        byBegin.sort(Comparator.comparingLong(Seen::begun));
        List<Seen> byEnd = new ArrayList<>(seen);
        byEnd.sort(Comparator.comparingLong(Seen::ended));
        int ended = 0;
        long least = 0;
        for (Seen one : byBegin) {
            while (ended < byEnd.size() && byEnd.get(ended).ended < one.begun) {
                least = Math.max(least, byEnd.get(ended++).version);
            }
            long allowed = one.kind == Kind.WROTE ? least + 1 : least;
            if (one.version < allowed && (one.kind == Kind.READ || one.kind == Kind.WROTE)) {
                problems.add("version " + least + " was seen before this began: " + one);
            }
        }
    }
}
