package dev.bft.protocol;

import dev.bft.state.CheckpointImage;
import dev.bft.state.PagedState;
import dev.bft.state.Transfer;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Fetch;
import dev.bft.wire.MetaData;
import dev.bft.wire.PageData;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * State transfer (sections 5.2, 5.4, 8.7, 8.8): a replica that the others' logs cannot help any more fetches a
 * checkpoint that f+1 announced with one digest, every part checked against it, from whoever holds it.
 *
 * <p>While it fetches, nothing executes; live pages are not touched before all of it is there.
 */
final class Catchup {
    /**
     * No progress for this long since f+1 called a later checkpoint stable: their logs are cut (5.4), and what they
     * still tell was not enough.
     */
    private static final long LATE = 200_000_000L;

    /** The same, when it is announced but not yet stable: its holders may lack my announcement. */
    private static final long STUCK = 1_000_000_000L;

    /** Pages that must come in this time, or a newer checkpoint is fetched: 256 KiB. */
    private static final long PAGES_MIN = 64;

    /**
     * How long an answer may take before it is asked for again: twice as long as the last pages took, and twice as long
     * each time that none came, within these. What is asked for too soon over a slow link comes twice, and later still.
     * Answers come in bursts, as they were asked for: one that came at once takes only a small part of it back.
     */
    private static final long PATIENCE = 100_000_000L;

    private static final long PATIENCE_MAX = 400_000_000L;
    /** By this part of itself it falls with an answer: by a third with all that are under way at once. */
    private static final int IMPATIENCE = 32;

    /** Without an answer for this long a newer checkpoint is fetched, though it is not stable yet. */
    private static final long GIVEN_UP = 900_000_000L;

    /**
     * So often it is asked for again when f+1 call a later one stable, once something of it came: who has sent some keeps
     * the rest, and a message may be lost.
     */
    private static final int TRIES_GONE = 1;

    private final Node node;
    private final Log log;
    private final Checkpoints checkpoints;
    private final PagedState state;
    private final Serving serving;
    /** Those whose connection broke. */
    private final SortedSet<Integer> gone = new TreeSet<>();

    /** Those that announced what is fetched, since it is; their later announcements displace that one in time. */
    private final SortedSet<Integer> holders = new TreeSet<>();

    /** Those asked since they last answered. */
    private final SortedSet<Integer> unanswered = new TreeSet<>();
    /** Those that had not answered when patience ended: they may not hold it any more, and others are asked. */
    private final SortedSet<Integer> silent = new TreeSet<>();

    /** What the view that is waited for begins at. */
    private Optional<Checkpoint> wanted = Optional.empty();

    private Optional<Checkpoint> target = Optional.empty();
    private Optional<Transfer> transfer = Optional.empty();
    private boolean adopted;
    /** Whether anything of it came. */
    private boolean served;

    private int replier;
    private int tries;
    private long patience = PATIENCE;
    private long askedAt;
    private long answeredAt;
    private long startedAt;
    private long pages;
    private long executed = -1;
    private long executedAt;
    private boolean behind;

    Catchup(Node node, Log log, Checkpoints checkpoints, PagedState state) {
        this.node = node;
        this.log = log;
        this.checkpoints = checkpoints;
        this.state = state;
        this.serving = new Serving(node, log, state);
    }

    /** The connection to a replica stands, or broke: then it is not asked, if others hold the checkpoint. */
    void reached(int replica, boolean stands) {
        if (stands) {
            gone.remove(replica);
        } else if (gone.add(replica)
                && !adopted
                && target.filter(t -> holders(t).contains(replica)).isPresent()) {
            transfer.ifPresent(Transfer::forgetAsked);
            ask();
        }
    }

    /** Whether a fetch, or its installation, is under way. */
    boolean isActive() {
        return target.isPresent();
    }

    void tick() {
        if (log.executed() != executed) {
            executed = log.executed();
            executedAt = node.now;
        }
        if (target.isEmpty()) {
            consider();
        } else if (!adopted && isStuck()) {
            // Whoever answers now and then, and alone still holds the old one, does not hold this replica up.
            successor().ifPresentOrElse(this::start, this::askOthers);
        } else if (!adopted && node.now - askedAt >= patience) {
            retry();
        }
    }

    /** Whether less came in a second than whoever is to be waited for sends. */
    private boolean isStuck() {
        if (node.now - startedAt < STUCK) {
            return false;
        }
        boolean stuck = pages < PAGES_MIN;
        startedAt = node.now;
        pages = 0;
        return stuck;
    }

    private Optional<Checkpoint> newer() {
        return checkpoints.ahead(target.map(Checkpoint::seqno).orElse(0L));
    }

    /** A later checkpoint than the one that is fetched, if that may be forgotten: f+1 call stable what lies above it. */
    private Optional<Checkpoint> successor() {
        long fetched = target.map(Checkpoint::seqno).orElse(0L);
        return checkpoints.stableAbove(fetched) >= node.quorums.weak() ? newer() : Optional.empty();
    }

    /** The checkpoint that the view waited for begins at, if it does not begin yet. */
    void want(Optional<Checkpoint> checkpoint) {
        wanted = checkpoint;
    }

    private boolean isLacking(Checkpoint checkpoint) {
        return log.executed() < checkpoint.seqno()
                || checkpoints
                        .taken(checkpoint.seqno())
                        .filter(d -> !d.equals(checkpoint.state()))
                        .isPresent();
    }

    private void consider() {
        Optional<Checkpoint> needed = wanted.filter(this::isLacking).or(() -> checkpoints.contradicted(log.stable()));
        if (needed.isPresent()) {
            start(needed.get());
            return;
        }
        Optional<Checkpoint> ahead = checkpoints.ahead(log.executed());
        if (ahead.isPresent() && !behind) {
            executedAt = node.now;
        }
        behind = ahead.isPresent();
        if (!behind) {
            return;
        }
        long stalled = node.now - executedAt;
        boolean outside = checkpoints.stableAbove(log.high()) >= node.quorums.weak();
        boolean late = ahead.get().stable() && stalled >= LATE;
        if (outside || late || stalled >= STUCK) {
            start(ahead.get());
        }
    }

    private void start(Checkpoint wanted) {
        target = Optional.of(wanted);
        transfer = Optional.of(transfer.map(old -> old.to(wanted.seqno(), wanted.state()))
                .orElseGet(() -> new Transfer(wanted.seqno(), wanted.state(), state)));
        log.watch(wanted.seqno());
        startedAt = node.now;
        pages = 0;
        adopted = false;
        tries = 0;
        served = false;
        holders.clear();
        unanswered.clear();
        silent.clear();
        answeredAt = node.now;
        node.out.report(new Fact.TransferStarted(wanted.seqno(), wanted.state()));
        ask();
    }

    /** Nothing came: another replier, and a newer target if the old one may be gone. */
    private void retry() {
        tries++;
        silent.addAll(unanswered);
        unanswered.clear();
        setPatience(2 * patience);
        boolean gone = tries > (served ? TRIES_GONE : 0);
        Optional<Checkpoint> newer =
                node.now - answeredAt >= GIVEN_UP ? newer() : successor().filter(c -> gone);
        if (newer.isPresent()) {
            start(newer.get());
        } else {
            transfer.ifPresent(Transfer::forgetAsked);
            ask();
        }
    }

    private void ask() {
        askedAt = node.now;
        if (target.isEmpty() || transfer.isEmpty()) {
            return;
        }
        node.pace.fetches(node.now);
        List<Integer> repliers = repliers();
        for (Transfer.Ask ask : transfer.get().next()) {
            int to = repliers.get(Math.floorMod(replier++, repliers.size()));
            unanswered.add(to);
            Fetch fetch = new Fetch(target.get().seqno(), ask.level(), ask.indices());
            send(fetch, to);
            if (ask.level() == Fetch.Level.ROOT) {
                // With few pages some are asked for nothing else, and all have to know whom a primary slows down for.
                repliers.stream().filter(other -> other != to).forEach(other -> send(fetch, other));
            }
        }
    }

    private void send(Fetch fetch, int to) {
        node.out.add(new Effect.SendToReplica(to, node.keys.fetch(fetch, to)));
    }

    private List<Integer> others() {
        return IntStream.range(0, node.replicas())
                .filter(i -> i != node.me())
                .boxed()
                .toList();
    }

    /** Those that ever announced the checkpoint that is fetched. */
    private SortedSet<Integer> holders(Checkpoint wanted) {
        holders.addAll(checkpoints.holders(wanted));
        return holders;
    }

    /** Too little comes of those that are asked: those that were silent have their turn. */
    private void askOthers() {
        List<Integer> slow = repliers();
        silent.clear();
        silent.addAll(slow);
    }

    /** Whom to ask: those that announced the checkpoint, but for whoever is gone or silent while there are others. */
    private List<Integer> repliers() {
        List<Integer> holding = List.copyOf(holders(target.orElseThrow()));
        List<Integer> all = holding.isEmpty() ? others() : holding;
        List<Integer> there = all.stream().filter(i -> !gone.contains(i)).toList();
        List<Integer> some = there.isEmpty() ? all : there;
        if (silent.containsAll(some)) {
            silent.clear();
        }
        return some.stream().filter(i -> !silent.contains(i)).toList();
    }

    /**
     * Parts of the tree came.
     *
     * @param from whose connection that was, if it is known: a hint, for nobody authenticates what its digest proves
     */
    boolean onMetaData(Optional<Integer> from, MetaData m) {
        if (!isFetching(m.seqno())) {
            return node.out.drop(Drop.UNASKED);
        }
        if (m.level() == Fetch.Level.ROOT && transfer.orElseThrow().knowsRoot()) {
            // All were asked for it.
            return node.out.drop(Drop.DUPLICATE);
        }
        boolean good = m.level() == Fetch.Level.ROOT
                ? transfer.orElseThrow().onRoot(m.children())
                : transfer.orElseThrow().onChunk(m.index(), m.children());
        return good ? askMore(from) : node.out.drop(Drop.CONFLICT);
    }

    /** Pages came. */
    boolean onPageData(Optional<Integer> from, PageData m) {
        if (!isFetching(m.seqno())) {
            return node.out.drop(Drop.UNASKED);
        }
        boolean good = false;
        for (PageData.Page page : m.pages()) {
            boolean fits = transfer.orElseThrow().onPage(page.index(), page.bytes());
            good |= fits;
            pages += fits ? 1 : 0;
        }
        if (!good) {
            return node.out.drop(Drop.CONFLICT);
        }
        // Since the last answer, not since it was asked again: that may have been a moment before this one came.
        setPatience(Math.max(2 * (node.now - answeredAt), patience - patience / IMPATIENCE));
        return askMore(from);
    }

    private void setPatience(long nanos) {
        patience = Math.min(PATIENCE_MAX, Math.max(PATIENCE, nanos));
    }

    private boolean isFetching(long seqno) {
        return !adopted
                && transfer.isPresent()
                && target.filter(t -> t.seqno() == seqno).isPresent();
    }

    private boolean askMore(Optional<Integer> from) {
        served = true;
        from.ifPresent(replica -> unanswered.remove(replica));
        tries = 0;
        answeredAt = node.now;
        ask();
        return true;
    }

    /** The fetched checkpoint, once: the state has become it, the disk not yet. */
    Optional<CheckpointImage> finished() {
        if (adopted || transfer.filter(Transfer::finished).isEmpty()) {
            return Optional.empty();
        }
        adopted = true;
        state.reset(transfer.orElseThrow());
        Checkpoint done = target.orElseThrow();
        boolean stable = checkpoints.stableClaims(done) >= node.quorums.weak()
                || checkpoints.stableAbove(done.seqno()) >= node.quorums.weak();
        return Optional.of(state.image(done.seqno(), stable));
    }

    /** The fetched checkpoint is on disk. */
    void end() {
        if (adopted) {
            target = Optional.empty();
            transfer = Optional.empty();
            executedAt = node.now;
            patience = PATIENCE;
        }
    }

    /** What others fetch from me. */
    Serving serving() {
        return serving;
    }
}
