package dev.bft.protocol;

import dev.bft.wire.Limits;
import dev.bft.wire.Message;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Vote;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The votes of a replica, told at the end of a step. A COMMIT that nobody waits for, since its batch is executed ahead
 * and answered, rides on the next PRE-PREPARE or PREPARE (section 4.5); with none soon, or as soon as somebody waits for
 * it, it leaves by itself.
 */
final class Telling {
    /** So long a COMMIT waits for another message: to the second tick, if ticks are 10 ms apart. Nanoseconds. */
    private static final long PATIENCE = 15_000_000L;

    private final Node node;
    private final Log log;
    private final Execution execution;
    /** The PRE-PREPAREs and PREPAREs of this step. */
    private final List<Message> votes = new ArrayList<>();
    /** The seqnos whose COMMITs wait. */
    private final TreeSet<Long> commits = new TreeSet<>();

    private boolean urgent;
    private long since;

    Telling(Node node, Log log, Execution execution) {
        this.node = node;
        this.log = log;
        this.execution = execution;
    }

    /** A PRE-PREPARE or PREPARE. */
    void vote(Message vote) {
        votes.add(vote);
    }

    /** The COMMIT for a slot. */
    void commit(Slot slot) {
        since = commits.isEmpty() ? node.now : since;
        commits.add(slot.seqno);
        urgent |= isAwaited(slot.seqno);
    }

    /** What was executed before is agreed on again for those who lack it; the others hold up what comes after them. */
    private boolean isAwaited(long seqno) {
        long executed = log.executed();
        return seqno <= executed
                || seqno % node.settings.checkpointPeriod() == 0
                || seqno >= executed + node.settings.window()
                || log.open().stream().anyMatch(later -> later.seqno > seqno && later.voteDurable);
    }

    /** The step is over. */
    void endStep() {
        if (!votes.isEmpty() || (!commits.isEmpty() && (urgent || node.awaitsCommits || isOverdue()))) {
            tell();
        }
        node.awaitsCommits = false;
    }

    private boolean isOverdue() {
        return node.now - since >= PATIENCE || commits.stream().anyMatch(this::isUnanswered);
    }

    private boolean isUnanswered(long seqno) {
        return seqno > log.executed() && !(seqno == log.executed() + 1 && execution.isAhead());
    }

    /** All of it leaves, in the view in which it was said. */
    void tell() {
        ArrayDeque<Vote.Commit> riding = new ArrayDeque<>();
        for (long seqno : commits) {
            log.find(seqno)
                    .filter(Slot::mayTellPrepared)
                    .ifPresent(slot -> riding.add(new Vote.Commit(seqno, slot.digest())));
        }
        votes.forEach(vote -> node.multicast(with(vote, next(riding))));
        while (!riding.isEmpty()) {
            Vote.Commit first = riding.remove();
            Vote commit = new Vote(Message.Type.COMMIT, node.view(), first.seqno(), first.batch());
            node.multicast(with(commit, next(riding)));
        }
        votes.clear();
        commits.clear();
        urgent = false;
    }

    private static List<Vote.Commit> next(ArrayDeque<Vote.Commit> riding) {
        List<Vote.Commit> next = new ArrayList<>();
        while (!riding.isEmpty() && next.size() < Limits.COMMITS) {
            next.add(riding.remove());
        }
        return next;
    }

    private static Message with(Message message, List<Vote.Commit> riding) {
        if (message instanceof PrePrepare m) {
            return new PrePrepare(m.view(), m.seqno(), riding, m.proposal());
        }
        Vote m = (Vote) message;
        return new Vote(m.type(), m.view(), m.seqno(), m.batch(), riding);
    }
}
