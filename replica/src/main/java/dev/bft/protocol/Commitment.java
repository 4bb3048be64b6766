package dev.bft.protocol;

import dev.bft.wire.Body;
import dev.bft.wire.Decided;
import dev.bft.wire.Digest;
import dev.bft.wire.Vote;
import java.util.Optional;

/** What commits, and by whose word, in whatever view: commitment is a fact (section 4.4, amendment AG5). */
final class Commitment {
    private final Node node;
    private final Log log;

    Commitment(Node node, Log log) {
        this.node = node;
        this.log = log;
    }

    /** A COMMIT of any view. */
    boolean onCommit(int sender, Vote m) {
        if (!log.inWindow(m.seqno()) || m.seqno() <= log.executed()) {
            return node.out.drop(Drop.OUT_OF_WINDOW);
        }
        Slot slot = log.slot(m.seqno());
        if (slot.commits.differs(sender, m.view(), m.batch())) {
            return node.out.drop(Drop.CONFLICT);
        }
        if (!slot.commits.put(sender, m.view(), m.batch())) {
            return node.out.drop(Drop.DUPLICATE);
        }
        check(slot);
        return true;
    }

    /** A replica says that a batch committed there. */
    boolean onDecided(int sender, Decided m) {
        if (m.batch().equals(Digest.ZERO)) {
            return node.out.drop(Drop.MALFORMED);
        }
        if (!log.inWindow(m.seqno()) || m.seqno() <= log.executed()) {
            return node.out.drop(Drop.OUT_OF_WINDOW);
        }
        Slot slot = log.slot(m.seqno());
        if (slot.decided.differs(sender, m.batch())) {
            return node.out.drop(Drop.CONFLICT);
        }
        if (!slot.decided.put(sender, m.batch())) {
            return node.out.drop(Drop.DUPLICATE);
        }
        check(slot);
        return true;
    }

    /** A body from anybody: taken if it is the batch that others prove to have committed; before that it is nothing. */
    boolean onBody(Body m) {
        Optional<Slot> slot = log.find(m.seqno()).filter(s -> !s.isCommitted()).filter(s -> s.evidence(node.quorums)
                .filter(m.batch().digest()::equals)
                .isPresent());
        slot.ifPresent(s -> {
            s.keep(m.batch());
            check(s);
        });
        return slot.isPresent();
    }

    /** 2f+1 COMMITs of one view, or f+1 DECIDED, and the body: committed. */
    void check(Slot slot) {
        if (!slot.isCommitted()) {
            slot.evidence(node.quorums)
                    .flatMap(digest -> log.body(slot.seqno, digest))
                    .ifPresent(slot::commit);
        }
    }
}
