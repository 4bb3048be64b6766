package dev.bft.watchdog.audit;

import dev.bft.keystore.BadBytesException;
import dev.bft.watchdog.audit.AuditLine.Entry;
import dev.bft.watchdog.audit.AuditLine.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The check of a log: takes what stands in it, one by one, and tells records and findings in their order. A record is
 * told when the next record or the head confirms its bytes, or, marked as not confirmed, when something else follows it.
 */
final class AuditChain {

    /** After so many findings there is nothing to be learned from the rest. */
    static final int FINDINGS_MAX = 16;

    private final int replica;
    private final List<AuditLine> lines = new ArrayList<>();
    private long count;
    private Optional<AuditHash> last = Optional.of(AuditHash.NONE);
    private AuditHead tip = AuditHead.START;
    private Optional<AuditRecord> pending = Optional.empty();
    private long confirmed;
    private int findings;

    /** How the head compares with what was read. */
    enum Match {
        /** It names the last record that was read. */
        EQUAL,
        /** It names the one before: the writer was between two steps, or died there. */
        BEHIND,
        /** It names a later one. */
        AHEAD,
        /** It contradicts what was read; that was told. */
        BROKEN
    }

    AuditChain(int replica) {
        this.replica = replica;
    }

    /** How many records there are, by the index of the last. */
    long count() {
        return count;
    }

    /** The last record that could be read. */
    AuditHead tip() {
        return tip;
    }

    boolean isHopeless() {
        return findings >= FINDINGS_MAX;
    }

    /** Takes what stands next in the queue. */
    void add(byte[] bytes) {
        AuditRecord record;
        try {
            record = AuditRecord.decode(bytes);
        } catch (BadBytesException e) {
            unreadable("the file is damaged: " + e.getMessage());
            return;
        }
        if (record.replica() != replica) {
            unreadable("it is a record of replica " + record.replica());
            return;
        }
        if (record.index() <= count) {
            flush();
            find(record.index(), "it stands in the file again, after record " + count);
            return;
        }
        link(record);
        tell(true);
        AuditHash hash = AuditHash.of(bytes);
        pending = Optional.of(record);
        count = record.index();
        last = Optional.of(hash);
        tip = new AuditHead(count, hash);
    }

    private void unreadable(String why) {
        flush();
        find(count + 1, why);
        count++;
        last = Optional.empty();
    }

    private void link(AuditRecord record) {
        if (record.index() > count + 1) {
            flush();
            missing(record.index() - 1);
        } else if (last.isPresent() && !last.get().equals(record.previous())) {
            flush();
            find(
                    Math.max(count, 1),
                    count == 0
                            ? "it names a record before it, but is the first"
                            : "the file is damaged: it does not form a chain with record " + record.index());
        }
    }

    /** Compares the head, read after the records. */
    Match compare(AuditHead head) {
        if (head.index() > count) {
            return Match.AHEAD;
        }
        if (head.index() < confirmed || head.index() < count - 1) {
            flush();
            find(head.index() + 1, "the head ends before it, but the file goes to record " + count);
            return Match.BROKEN;
        }
        if (head.index() == count - 1) {
            if (pending.isEmpty() || pending.get().previous().equals(head.hash())) {
                return Match.BEHIND;
            }
            flush();
            find(Math.max(head.index(), 1), "the head has another hash than the file");
            return Match.BROKEN;
        }
        if (last.isPresent() && !last.get().equals(head.hash())) {
            flush();
            find(Math.max(count, 1), "the file is damaged: these are not the bytes that the head names");
            return Match.BROKEN;
        }
        tell(true);
        confirmed = count;
        return Match.EQUAL;
    }

    /** Tells that the records up to this one are missing. */
    void missing(long until) {
        flush();
        long from = count + 1;
        find(
                from,
                from == until
                        ? "it is missing, the file was cut or damaged"
                        : "it and all up to record " + until + " are missing, the file was cut or damaged");
    }

    /** Tells of something at the place of the next record. */
    void trouble(String what) {
        flush();
        find(count + 1, what);
    }

    /** Tells the last record though nothing has confirmed it. */
    void flush() {
        tell(false);
    }

    private void tell(boolean isConfirmed) {
        pending.ifPresent(record -> lines.add(new Entry(record, isConfirmed)));
        pending = Optional.empty();
    }

    private void find(long index, String what) {
        findings++;
        lines.add(new Finding(replica, index, what));
    }

    /** What there is to tell since the last time. */
    List<AuditLine> take() {
        List<AuditLine> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }
}
