package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.ForwardedViewChange;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChangeAck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which view this replica is in: when it leaves one, how it comes into the next (section 6). A replica that left a
 * view votes in no earlier one again, over all its lives; what it says when it leaves is on disk first (AG12).
 */
final class Views {
    private final Node node;
    private final Log log;
    private final Agreement agreement;
    private final Amnesia amnesia;
    private final Checkpoints checkpoints;
    private final Execution execution;
    private final ViewChanges said;
    private final NewViews newViews;
    private final ViewWatch watch;
    private final Relay relay;
    private Optional<ViewChange> own = Optional.empty();
    private boolean ownDurable;
    private boolean newViewDurable;
    /** Whether the accepted NEW-VIEW was given to the disk in this life, a primary's with all that it chose. */
    private boolean written;
    /** Whether something came that the search for a NEW-VIEW waits for. */
    private boolean look;

    /** What several parts keep together. */
    record Books(Log log, RequestQueue queue, Amnesia amnesia, Checkpoints checkpoints, Execution execution) {}

    Views(Node node, Books books, Agreement agreement, Authenticity authenticity, Holds holds) {
        this.node = node;
        this.log = books.log;
        this.amnesia = books.amnesia;
        this.checkpoints = books.checkpoints;
        this.execution = books.execution;
        this.agreement = agreement;
        this.said = new ViewChanges(node.me(), node.replicas());
        this.newViews = new NewViews(node, log, said, authenticity, new Nondet(node, execution));
        this.watch = new ViewWatch(node, books.queue, holds);
        this.relay = new Relay(node, books.queue);
    }

    ViewChanges said() {
        return said;
    }

    NewViews newViews() {
        return newViews;
    }

    /** My VIEW-CHANGE for the present view, if it is on disk and may be sent. */
    Optional<ViewChange> own() {
        return own.filter(vc -> ownDurable);
    }

    /** The NEW-VIEW that I may tell others: as the primary once it is on disk, else once I am active with it. */
    Optional<NewView> tellable() {
        return newViews.accepted().filter(nv -> node.isPrimary() ? newViewDurable : node.isActive());
    }

    /** Goes on where the disk says: a view that was left stays left. */
    void boot(Optional<ViewChange> left, Optional<NewView> entered) {
        long view = Math.max(
                left.map(ViewChange::view).orElse(0L),
                entered.map(NewView::view).orElse(0L));
        if (view == 0) {
            return;
        }
        node.await(view);
        watch.left();
        own = left.filter(vc -> vc.view() == view);
        own.ifPresent(vc -> said.put(node.me(), vc, view));
        ownDurable = own.isPresent();
        entered.filter(nv -> nv.view() == view).ifPresent(newViews::accept);
    }

    /** What the disk said of views is not to be trusted: from view 0 on, others tell (AG10). */
    void forgetAll() {
        own = Optional.empty();
        ownDurable = false;
        said.forget(node.me());
        newViews.forgetAll();
        watch.begun();
        node.forgetView();
    }

    /** What a new segment of the vote log must carry over. */
    List<VoteRecord> records() {
        List<VoteRecord> records = new ArrayList<>();
        own.ifPresent(vc -> records.add(new VoteRecord.Left(vc)));
        newViews.accepted().ifPresent(nv -> records.add(new VoteRecord.Entered(nv)));
        return records;
    }

    /** Whom this replica hears, and how long it waits. */
    ViewWatch watch() {
        return watch;
    }

    /** A batch was executed. */
    void progress(Batch batch) {
        if (node.isActive()) {
            watch.progress(batch);
        }
    }

    /**
     * Time passed. A replica that is behind or halted cannot judge the primary (4.8), nor can one that may not say so.
     *
     * @param fetching whether a state transfer is under way
     * @param behind whether f+1 correct replicas have executed more
     * @param slow whether f+1 find the primary slow
     */
    void tick(boolean fetching, boolean behind, boolean slow) {
        look = true;
        boolean silent = log.isHalted() || amnesia.isActive();
        Optional<String> over = watch.tick(fetching, behind || silent, said.atLeast(node.view()));
        over.or(() -> Optional.of("f+1 find its primary slow").filter(why -> slow && !silent))
                .ifPresent(why -> leave(node.view() + 1, why));
        watch.late().forEach(relay::pass);
    }

    /** A primary that will be away moves the view first (6.3). */
    void handOver() {
        if (node.isActive() && node.isPrimary() && !amnesia.isActive()) {
            leave(node.view() + 1, "hand-over");
        }
    }

    /** A VIEW-CHANGE from its sender (6.4). */
    boolean onViewChange(int sender, ViewChange m) {
        if (m.view() < node.view()) {
            return node.out.drop(Drop.WRONG_VIEW);
        }
        Optional<ViewChanges.Said> held = said.of(sender, m.view());
        if (held.isPresent()) {
            return node.out.drop(held.get().message().equals(m) ? Drop.DUPLICATE : Drop.CONFLICT);
        }
        if (!newViews.isWellFormed(m)) {
            return node.out.drop(Drop.MALFORMED);
        }
        long view = node.view();
        said.put(sender, m, view);
        look = true;
        if (m.view() > node.view()) {
            follow(sender);
        }
        said.of(sender, m.view()).filter(s -> m.view() == view).ifPresent(s -> acknowledge(sender, s));
        return true;
    }

    /** Goes where f+1 went, or after the primary itself (6.9, 6.3). */
    private void follow(int sender) {
        long reached = said.reachedBy(node.quorums.weak());
        if (reached > node.view()) {
            leave(reached, "f+1 others left");
        } else if (sender == node.primary()) {
            leave(node.view() + 1, "its primary left");
        }
    }

    /** Whether I may vouch for a VIEW-CHANGE: not while I remember nothing, nor for one far ahead of me. */
    boolean mayAcknowledge(ViewChange m) {
        return !amnesia.isActive() && newViews.isWithinReach(m);
    }

    private void acknowledge(int subject, ViewChanges.Said said) {
        boolean others = subject != node.primary() && subject != node.me() && !node.isPrimary();
        if (others && mayAcknowledge(said.message())) {
            node.send(node.primary(), new ViewChangeAck(node.view(), subject, said.digest()));
        }
    }

    /** An acknowledgement (6.5). */
    boolean onAck(int sender, ViewChangeAck m) {
        boolean mayAck = sender != m.replica()
                && sender != node.primaryOf(m.view())
                && m.replica() < node.replicas()
                && m.view() >= node.view();
        if (!mayAck) {
            return node.out.drop(Drop.WRONG_SENDER);
        }
        said.ack(sender, m);
        look = true;
        return true;
    }

    /** A NEW-VIEW: of the primary it is one to check, of another replica the word that it is active with it. */
    boolean onNewView(int sender, NewView m) {
        boolean late = m.view() < node.view()
                || (m.view() == node.view() && newViews.accepted().isPresent());
        boolean primary = sender == node.primaryOf(m.view());
        if (late && !(primary && m.view() == node.view())) {
            return node.out.drop(Drop.DUPLICATE);
        }
        if (!newViews.isWellFormed(m)) {
            return node.out.drop(Drop.MALFORMED);
        }
        if (primary && !newViews.onProposed(m)) {
            return false;
        }
        look = true;
        if (newViews.onClaim(sender, m)) {
            shortcut(m);
        }
        return true;
    }

    /** A VIEW-CHANGE that somebody passed on. */
    boolean onForwarded(ForwardedViewChange m) {
        boolean taken = m.replica() < node.replicas() && newViews.onForwarded(m);
        look |= taken;
        return taken;
    }

    /** A batch that somebody sent; false unless it is waited for. */
    boolean onBody(Body m) {
        boolean wanted = !node.isActive() && newViews.onBody(m);
        look |= wanted;
        return wanted;
    }

    /** f+1 are active with it: I missed the exchange and come in as well (amendment AG10). */
    private void shortcut(NewView m) {
        if (m.view() > node.view()) {
            beginLeaving(m.view(), "f+1 others are active in it");
        }
        accept(m);
    }

    /** Does what the last event made possible for the view that is waited for; what state it needs, if any. */
    Optional<Checkpoint> advance() {
        if (node.isActive()) {
            return Optional.empty();
        }
        if (newViews.accepted().isEmpty() && look) {
            look = false;
            search();
        }
        return newViews.accepted().flatMap(this::install);
    }

    private void search() {
        boolean decides = node.isPrimary() && ownDurable && !amnesia.isActive();
        if (decides && newViews.atHand().isEmpty()) {
            newViews.decide().ifPresent(this::accept);
            return;
        }
        NewViews.Check check = newViews.check();
        if (check == NewViews.Check.VALID) {
            newViews.atHand().ifPresent(this::accept);
        } else if (check == NewViews.Check.INVALID) {
            node.out.report(new Fact.Alarm("the NEW-VIEW " + node.view() + " does not follow from what it lists"));
            watch.failed();
            leave(node.view() + 1, "its NEW-VIEW is wrong");
        }
    }

    /**
     * The view has its NEW-VIEW. A primary's is its PRE-PREPARE for all that it chose: with the bodies on disk before it
     * leaves, and in Q from now on, whether the primary itself comes to begin the view or not.
     */
    private void accept(NewView newView) {
        newViews.accept(newView);
        written = true;
        List<VoteRecord> records = new ArrayList<>(List.of(new VoteRecord.Entered(newView)));
        if (node.isPrimary()) {
            newViews.batches(newView).forEach((seqno, batch) -> records.add(agreement.propose(seqno, batch)));
        }
        node.disk.append(records, node.isPrimary() ? new Disk.NewViewDurable(newView.view()) : new Disk.Nothing());
    }

    /** My NEW-VIEW is on disk. */
    void newViewDurable(long view) {
        if (view == node.view()) {
            newViewDurable = true;
            newViews.accepted().filter(nv -> !amnesia.isActive()).ifPresent(node::multicast);
        }
    }

    /** Begins the view once its checkpoint is stable here and all its batches are (6.8). */
    private Optional<Checkpoint> install(NewView newView) {
        Optional<Long> otherwise = newViews.overruled();
        if (otherwise.isPresent()) {
            leave(node.view() + 1, "another batch than it begins with committed at seqno " + otherwise.get());
            return Optional.empty();
        }
        if (log.stable() < newView.checkpoint()) {
            return Optional.of(new Checkpoint(newView.checkpoint(), newView.state(), false));
        }
        if (newViews.lacksBodies(newView)) {
            node.askSoon = true;
            return Optional.empty();
        }
        node.activate();
        agreement.setViewEnd(newView.end());
        if (written) {
            // Not when it begins again after a boot: an earlier life may have answered in it (AG1).
            log.lowerReadFloor(newView.end());
        }
        newViews.batches(newView).forEach((n, b) -> agreement.adopt(n, b, newViews.isVouchedFor(n, b.digest())));
        agreement.takeEarly();
        begun();
        return Optional.empty();
    }

    private void begun() {
        watch.begun();
        node.out.report(new Fact.ViewEntered(node.view(), node.primary()));
        if (!node.isPrimary()) {
            relay.passWaiting();
        } else if (!written) {
            // After a boot: a torn end of the log may have taken batches that were to be on disk first.
            newViews.accepted().ifPresent(this::accept);
        }
        node.askSoon = true;
    }

    Relay relay() {
        return relay;
    }

    private void leave(long next, String why) {
        beginLeaving(next, why);
        if (!amnesia.isActive()) {
            sayViewChange();
        }
        said.present(node.view()).forEach(this::acknowledge);
    }

    /** Roll back, P and Q, then the next view: the same on every path (amendment AG10). */
    private void beginLeaving(long next, String why) {
        node.out.report(new Fact.ViewLeft(node.view(), next, why));
        execution.rollBack();
        // Also when it is not active: after a boot the votes of the view are here before the view begins again.
        agreement.leaveView();
        node.await(next);
        newViews.reset();
        said.prune(next);
        own = own.filter(vc -> vc.view() == next);
        ownDurable = own.isPresent();
        newViewDurable = false;
        written = false;
        watch.left();
        node.askSoon = true;
    }

    /** One VIEW-CHANGE content for a view, ever; on disk before it leaves (6.3). */
    private void sayViewChange() {
        VoteHistory history = log.history();
        ViewChange mine = new ViewChange(
                node.view(),
                log.stable(),
                checkpoints.held(log.stable(), log.high()),
                history.prepared(),
                history.prePrepared(log.high()));
        own = Optional.of(mine);
        ownDurable = false;
        said.put(node.me(), mine, node.view());
        node.disk.append(new VoteRecord.Left(mine).toBytes(), new Disk.ViewChangeDurable(node.view()));
    }

    /** My VIEW-CHANGE is on disk. */
    void viewChangeDurable(long view) {
        if (view == node.view() && own.isPresent()) {
            ownDurable = true;
            look = true;
            own.ifPresent(node::multicast);
        }
    }

    /** It may speak again: also of the view it waits for. */
    void amnesiaEnded() {
        if (!node.isActive() && own.isEmpty() && newViews.accepted().isEmpty()) {
            sayViewChange();
        }
    }

    /** New keys for all: what is not complete is to be said again (2.4). */
    void forgetIncomplete() {
        said.forgetOthers();
        newViews.forgetIncomplete();
    }

    /** A new key for one replica. */
    void forgetIncompleteOf(int sender) {
        said.forget(sender);
        newViews.forgetIncompleteOf(sender);
    }
}
