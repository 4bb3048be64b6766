package dev.bft.protocol;

import dev.bft.wire.Bits;
import dev.bft.wire.Body;
import dev.bft.wire.ForwardedViewChange;
import dev.bft.wire.NewView;
import dev.bft.wire.StatusPending;
import dev.bft.wire.ViewChangeAck;
import java.util.Optional;

/**
 * STATUS-PENDING: what a replica has of the view it waits for, and what others send it then (sections 7.1, 7.3-3 and
 * 7.3-6).
 */
final class ViewStatus {
    private final Node node;
    private final Views views;
    private final Log log;

    ViewStatus(Node node, Views views, Log log) {
        this.node = node;
        this.views = views;
        this.log = log;
    }

    /** My own, with what is committed here above le. */
    StatusPending mine(long counter, Bits committed) {
        Bits held = Bits.ofSize(node.replicas());
        Optional<NewView> newView = views.newViews().atHand();
        for (int i = 0; i < node.replicas(); i++) {
            if (needsNoViewChangeOf(i, newView)) {
                held.set(i);
            }
        }
        return new StatusPending(
                node.view(),
                log.stable(),
                log.executed(),
                counter,
                newView.isPresent(),
                held,
                committed,
                views.newViews().missing());
    }

    private boolean needsNoViewChangeOf(int replica, Optional<NewView> newView) {
        if (node.isPrimary()) {
            return newView.isPresent() || views.newViews().hasCollected(replica);
        }
        if (newView.isEmpty()) {
            return views.said().of(replica, node.view()).isPresent();
        }
        return newView.get().viewChanges().stream()
                .filter(vouched -> vouched.replica() == replica)
                .allMatch(vouched -> views.newViews().evidence(vouched).isPresent());
    }

    /** A replica in an earlier view learns of this one (7.3-3). */
    void bring(int to) {
        views.own().ifPresent(vc -> node.send(to, vc));
        if (node.isActive()) {
            views.tellable().ifPresent(nv -> node.send(to, nv));
        }
    }

    /**
     * A replica gave me a new key: what I said of a view that it may not be in yet goes to it unasked, for all that was
     * under way under its old key is lost (decisions 4, RC11).
     */
    void resend(int to) {
        if (node.isSettled()) {
            return;
        }
        views.own().ifPresent(vc -> node.send(to, vc));
        views.tellable().ifPresent(nv -> node.send(to, nv));
        for (int i = 0; i < node.replicas(); i++) {
            if (i != to && i != node.me()) {
                help(to, i, false);
            }
        }
    }

    /** A replica waits for the view that I am in, or wait for as well (7.3-6); how many bytes of bodies went to it. */
    long answer(int to, StatusPending m, long budget) {
        if (!m.viewChanges().get(node.me())) {
            views.own().ifPresent(vc -> node.send(to, vc));
        }
        if (node.isActive() || (node.isPrimary() && !m.newView())) {
            views.tellable().ifPresent(nv -> node.send(to, nv));
        }
        for (int i = 0; i < node.replicas(); i++) {
            if (!m.viewChanges().get(i) && i != to && i != node.me()) {
                help(to, i, m.newView());
            }
        }
        return sendMissing(to, m, budget);
    }

    /** Whoever holds a VIEW-CHANGE passes it on to one that has the NEW-VIEW; all but the primary vouch for it again. */
    private void help(int to, int subject, boolean hasNewView) {
        Optional<ViewChanges.Said> said = views.said().of(subject, node.view());
        if (hasNewView) {
            said.ifPresent(s -> node.out.add(
                    new Effect.SendToReplica(to, node.keys.unsigned(new ForwardedViewChange(subject, s.message())))));
        }
        if (!node.isPrimary() && subject != node.primary()) {
            said.filter(s -> views.mayAcknowledge(s.message()))
                    .ifPresent(s -> node.send(to, new ViewChangeAck(node.view(), subject, s.digest())));
        }
    }

    private long sendMissing(int to, StatusPending m, long budget) {
        long left = budget;
        for (StatusPending.Missing missing : m.missing()) {
            Optional<Body> body = views.newViews()
                    .body(missing.seqno(), missing.batch())
                    .map(batch -> new Body(missing.seqno(), batch));
            if (body.isPresent() && left > 0) {
                node.out.add(new Effect.SendToReplica(to, node.keys.unsigned(body.get())));
                left -= body.get().batch().size();
            }
        }
        return budget - left;
    }
}
