package dev.bft.protocol;

import dev.bft.state.PagedState;
import dev.bft.wire.Digest;
import dev.bft.wire.Fetch;
import dev.bft.wire.Limits;
import dev.bft.wire.MetaData;
import dev.bft.wire.PageData;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Serves parts of checkpoints to those who fetch them (section 8.8). Agreement comes first: all of them together get so
 * much at a time, in turn, and the rest waits for the next tick. Whoever asks for more than a state takes is served
 * slowly.
 *
 * <p>What f of them fetch stays here as long as they do, although the base goes beyond it; and so do the batches decided
 * since (amendment RC10). One that comes for a later checkpoint again and again cannot catch up: the primary slows down
 * for it, for a minute in an hour, and for f of them at a time.
 */
final class Serving {
    /** What one replica gets when it has had its state: 8,000 pages a second, 32 MiB/s. */
    private static final long PAGE_TIME = 125_000L;

    /** What all get: 64,000 pages a second, 250 MiB/s; so many at a time, about a millisecond's work. */
    private static final long TURN_TIME = 15_625L;

    private static final int TURN = 512;

    /** Messages of one replica that wait: twice what a correct one has under way. */
    private static final int WAITING = 32;

    /** What digests cost: as much as so many pages. */
    private static final int DIGESTS_COST = 8;

    /** So long after its last FETCH what a replica fetches is kept. */
    private static final long KEPT = 1_000_000_000L;

    /** Checkpoints that a replica came for again before it is helped, and the time it has tried by itself. */
    private static final int AGAIN = 2;

    private static final long TRIED = 1_000_000_000L;
    /** So long after it last asked it has caught up, and has tried nothing yet when it falls behind again. */
    private static final long CAUGHT_UP = 5_000_000_000L;
    /** So long it is helped, counted from the first time, and so often. */
    private static final long LEASE = 60_000_000_000L;

    private static final long NEVER = Long.MIN_VALUE / 2;

    private static final long LEASE_EVERY = 3_600_000_000_000L;

    private final Node node;
    private final Log log;
    private final PagedState state;
    private final TokenBucket turn = new TokenBucket(TURN_TIME, TURN);
    private final List<Fetcher> fetchers = new ArrayList<>();
    private SortedSet<Long> pinned = new TreeSet<>();
    private int next;

    /** Another replica that fetches, or did. */
    private static final class Fetcher {
        final ArrayDeque<Fetch> waiting = new ArrayDeque<>();
        final TokenBucket pages;
        long target = -1;
        long askedAt = NEVER;
        int again;
        long since;
        long leaseFrom = Long.MIN_VALUE;
        long leaseEnds = Long.MIN_VALUE;

        Fetcher(int statePages) {
            // Its state, and again what changed meanwhile.
            pages = new TokenBucket(PAGE_TIME, 2 * statePages + TURN);
        }

        /** It wants this checkpoint. */
        void wants(long checkpoint, long now) {
            if (now - askedAt >= CAUGHT_UP) {
                again = 0;
                since = now;
            } else if (checkpoint > target) {
                again++;
            }
            target = checkpoint;
            askedAt = now;
        }

        /** It went on from what it fetched as far as others have a stable checkpoint: it has caught up. */
        void announced(long checkpoint) {
            askedAt = checkpoint > target ? NEVER : askedAt;
        }

        /** Whether it was given others lately, could not go on from them, and was not helped for long. */
        boolean needsHelp(long now) {
            return again >= AGAIN && now - since >= TRIED && now >= leaseFrom;
        }

        void help(long now) {
            leaseFrom = now + LEASE_EVERY;
            leaseEnds = now + LEASE;
        }

        boolean isHelped(long now) {
            return now < leaseEnds;
        }
    }

    Serving(Node node, Log log, PagedState state) {
        this.node = node;
        this.log = log;
        this.state = state;
        for (int i = 0; i < node.replicas(); i++) {
            fetchers.add(new Fetcher(state.pageCount()));
        }
    }

    /** A FETCH: answered now, or with the next ticks. */
    boolean onFetch(int from, Fetch m) {
        int most = m.level() == Fetch.Level.PAGE ? Limits.PAGES : 1;
        if (m.indices().size() > most) {
            return node.out.drop(Drop.MALFORMED);
        }
        if (!state.serves(m.seqno())) {
            return node.out.drop(Drop.UNASKED);
        }
        Fetcher fetcher = fetchers.get(from);
        if (fetcher.waiting.size() >= WAITING || !fetcher.pages.take(node.now, cost(m))) {
            return node.out.drop(Drop.TOO_OFTEN);
        }
        fetcher.wants(m.seqno(), node.now);
        if (fetcher.needsHelp(node.now) && helped() < node.quorums.faulty()) {
            fetcher.help(node.now);
        }
        if (fetcher.isHelped(node.now)) {
            node.pace.asked(node.now);
        }
        fetcher.waiting.add(m);
        tick();
        return true;
    }

    /** A replica announced a checkpoint that is not below the stable one here. */
    void announced(int replica, long checkpoint) {
        fetchers.get(replica).announced(checkpoint);
    }

    private long helped() {
        return fetchers.stream().filter(f -> f.isHelped(node.now)).count();
    }

    private static int cost(Fetch m) {
        return m.level() == Fetch.Level.PAGE ? m.indices().size() : DIGESTS_COST;
    }

    /** Answers what waits, as much as its turn allows, of each replica in turn. */
    void tick() {
        pin();
        for (int idle = 0; idle < fetchers.size() && turn.available(node.now) > 0; ) {
            Fetcher fetcher = fetchers.get(next);
            if (fetcher.waiting.isEmpty()) {
                idle++;
            } else {
                idle = 0;
                Fetch fetch = fetcher.waiting.remove();
                turn.owe(node.now, cost(fetch));
                int pages = answer(next, fetch);
                node.pace.served(fetcher.isHelped(node.now) ? pages : 0);
            }
            next = (next + 1) % fetchers.size();
        }
    }

    /** Keeps what is fetched: the first f that are there. */
    private void pin() {
        SortedSet<Long> wanted = new TreeSet<>();
        int count = 0;
        for (Fetcher fetcher : fetchers) {
            if (node.now - fetcher.askedAt < KEPT && count < node.quorums.faulty()) {
                count++;
                wanted.add(fetcher.target);
            }
        }
        if (!wanted.equals(pinned)) {
            pinned = wanted;
            state.pin(wanted);
            log.past().setPinned(!wanted.isEmpty());
        }
    }

    /** Answers; returns how many pages that took. */
    private int answer(int to, Fetch m) {
        if (m.level() == Fetch.Level.PAGE) {
            return sendPages(to, m);
        }
        if (m.level() == Fetch.Level.ROOT) {
            sendDigests(to, m, 0, state.rootChildren(m.seqno()));
        } else {
            m.indices().forEach(chunk -> sendDigests(to, m, chunk, state.chunkChildren(m.seqno(), chunk)));
        }
        return 0;
    }

    private void sendDigests(int to, Fetch m, int index, Optional<List<Digest>> children) {
        if (children.isEmpty()) {
            node.out.drop(Drop.UNASKED);
            return;
        }
        MetaData answer = new MetaData(m.seqno(), m.level(), index, children.get());
        node.out.add(new Effect.SendToReplica(to, node.keys.unsigned(answer)));
    }

    private int sendPages(int to, Fetch m) {
        List<PageData.Page> pages = new ArrayList<>();
        for (int index : m.indices()) {
            state.page(m.seqno(), index).ifPresent(bytes -> pages.add(new PageData.Page(index, bytes)));
        }
        if (pages.isEmpty()) {
            node.out.drop(Drop.UNASKED);
        } else {
            node.out.add(new Effect.SendToReplica(to, node.keys.unsigned(new PageData(m.seqno(), pages))));
        }
        return pages.size();
    }
}
