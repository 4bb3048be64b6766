package dev.bft.protocol;

import dev.bft.auth.Drbg;
import dev.bft.auth.PublicKeys;
import dev.bft.auth.Verdict;
import dev.bft.service.Service;
import dev.bft.state.PagedState;
import dev.bft.wire.Body;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.ClientKey;
import dev.bft.wire.Decided;
import dev.bft.wire.Envelope;
import dev.bft.wire.Fetch;
import dev.bft.wire.ForwardedViewChange;
import dev.bft.wire.Hold;
import dev.bft.wire.KeyAsk;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.MetaData;
import dev.bft.wire.NewKey;
import dev.bft.wire.NewView;
import dev.bft.wire.PageData;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Status;
import dev.bft.wire.StatusPending;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChangeAck;
import dev.bft.wire.Vote;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * One replica: events in, effects out, the same events give the same effects, bit for bit.
 *
 * <p>It decides; its parts keep their own books and return facts. Nothing that another node sends can trip an
 * invariant: bad input is dropped and counted by reason.
 */
public final class Replica {
    private final Node node;
    private final Progress progress;
    private final RequestQueue queue;
    private final KeyExchange exchange;
    private final ClientDesk desk;
    private final Admission admission;
    private final Holds holds;
    private final Telling telling;
    private final Agreement agreement;
    private final Views views;
    private final StatusExchange statuses;

    private boolean booted;
    private long keysAt;

    /** A replica that has not booted; its first event must be {@link Event.Booted}. */
    public Replica(Settings settings, PagedState state, Service service, PublicKeys publicKeys) {
        this(settings, state, service, publicKeys, seqno -> {});
    }

    /**
     * The same, and somebody is told what it executes, to know of a death in there.
     *
     * @param executing is told the seqno of a batch before it is executed, and 0 when it is done
     */
    public Replica(
            Settings settings, PagedState state, Service service, PublicKeys publicKeys, LongConsumer executing) {
        node = new Node(settings, publicKeys);
        Log log = new Log(settings);
        Execution execution = new Execution(node, service, state, executing);
        Quarantine quarantine = new Quarantine();
        queue = new RequestQueue(2 * settings.sessions(), quarantine);
        exchange = new KeyExchange(node);
        desk = new ClientDesk(node, exchange, execution.sessions());
        Amnesia amnesia = new Amnesia(node);
        Checkpoints checkpoints = new Checkpoints(node);
        Views.Books books = new Views.Books(log, queue, amnesia, checkpoints, execution);
        Authenticity authenticity = new Authenticity(node, execution, queue, desk.keys(), quarantine);
        telling = new Telling(node, log, execution);
        Nondet nondet = new Nondet(node, execution);
        HeldProposals held = new HeldProposals(node, log, authenticity, nondet);
        agreement = new Agreement(node, log, queue, amnesia, new Agreement.Beside(nondet, telling, held));
        holds = new Holds(node, log, held, new Holds.Clients(queue, desk, quarantine));
        views = new Views(node, books, agreement, authenticity, holds);
        statuses = new StatusExchange(node, log, agreement, new ViewStatus(node, views, log), checkpoints);
        progress = new Progress(node, books, state, new Progress.Ways(agreement, views, statuses));
        Admission.Clients clients = new Admission.Clients(desk, queue, quarantine, authenticity);
        admission = new Admission(node, clients, agreement, views, progress);
    }

    /** The pages of the state that the session table takes, before the service's. */
    public static int protocolPages(int sessions) {
        return Sessions.pageCount(sessions);
    }

    /** One event; what the replica asks of the world because of it, in order. */
    public List<Effect> step(Event event) {
        Invariant.check(booted || event instanceof Event.Booted, "a replica boots first");
        handle(event);
        progress.advance(desk::reply);
        telling.endStep();
        return node.out.take();
    }

    private void handle(Event event) {
        if (event instanceof Event.Received received) {
            received(received.link(), received.frame());
        } else if (event instanceof Event.Persisted persisted) {
            node.disk.persisted(persisted.token()).forEach(this::durable);
        } else if (event instanceof Event.Tick tick) {
            tick(tick);
        } else if (event instanceof Event.Signed signed) {
            exchange.signed(signed).ifPresent(this::refreshed);
        } else if (event instanceof Event.Opened opened) {
            opened(opened);
        } else if (event instanceof Event.SaveAsked asked) {
            progress.save(asked.nextTick());
        } else if (event instanceof Event.Reached reached) {
            views.watch().reached(reached.replica(), reached.stands());
            progress.catchup().reached(reached.replica(), reached.stands());
            // Whoever was cut off lacks something, or I do.
            statuses.soon();
        } else if (event instanceof Event.HandOverAsked) {
            views.handOver();
        } else if (event instanceof Event.Booted boot) {
            boot(boot);
        }
    }

    private void boot(Event.Booted boot) {
        Invariant.check(!booted, "a replica boots once");
        booted = true;
        node.random = new Drbg(boot.seed());
        progress.boot(boot.saved());
        exchange.begin();
    }

    private void tick(Event.Tick tick) {
        node.now = Math.max(node.now, tick.nanos());
        node.wall = tick.wallMicros();
        node.ticked = true;
        exchange.tick();
        queue.tick(node.now);
        statuses.tick();
        progress.tick(exchange.peersReached());
    }

    private void durable(Disk.Then then) {
        if (then instanceof Disk.VoteDurable vote) {
            agreement.voteDurable(vote.view(), vote.seqno());
        } else if (then instanceof Disk.PreparedDurable prepared) {
            agreement.preparedDurable(prepared.view(), prepared.seqno());
        } else if (then instanceof Disk.DecidedDurable decided) {
            progress.decidedDurable(decided, desk::reply);
        } else if (then instanceof Disk.ViewChangeDurable left) {
            views.viewChangeDurable(left.view());
        } else if (then instanceof Disk.NewViewDurable entered) {
            views.newViewDurable(entered.view());
        } else if (then instanceof Disk.AnnouncementDurable announcement) {
            progress.announce(announcement.seqno());
        } else if (then instanceof Disk.Installed installed) {
            progress.installed(installed.image());
        }
    }

    private void refreshed(KeyExchange.Refreshed done) {
        if (done.all()) {
            agreement.forgetIncomplete();
            holds.forgetOthers();
            views.forgetIncomplete();
            progress.forgetIncomplete();
            keysAt = node.now;
        } else {
            done.receivers().forEach(agreement::forgetIncompleteOf);
            done.receivers().forEach(holds::forget);
            done.receivers().forEach(views::forgetIncompleteOf);
            done.receivers().forEach(progress::forgetIncompleteOf);
        }
        done.receivers().forEach(statuses::newEpoch);
        statuses.now();
    }

    private void opened(Event.Opened event) {
        Optional<Integer> peer = exchange.opened(event);
        if (peer.isPresent()) {
            statuses.resendOpenVotes(peer.get());
            statuses.soon();
        } else {
            desk.opened(event);
        }
    }

    private void received(long link, byte[] frame) {
        long dropped = node.out.dropped();
        read(link, frame);
        if (node.out.dropped() > dropped && node.neighbours.isTooMuch(link, frame.length, node.now)) {
            mute(link);
        }
    }

    /** Whoever sends too much that is of no use is not listened to for a while (11-A6). */
    private void mute(long link) {
        node.out.add(new Effect.Mute(link, Neighbours.PAUSE));
        node.neighbours
                .on(link)
                .filter(who -> node.neighbours.takeReport(who, node.now))
                .ifPresent(who -> node.out.report(new Fact.Muted(who)));
    }

    private void read(long link, byte[] frame) {
        try {
            Envelope envelope = Envelope.read(frame);
            if (envelope.isOf(node.cluster)) {
                dispatch(link, envelope);
            } else {
                node.out.drop(Drop.WRONG_CLUSTER);
            }
        } catch (MalformedException e) {
            node.out.drop(Drop.MALFORMED);
        }
    }

    private void dispatch(long link, Envelope envelope) throws MalformedException {
        Message message = envelope.message();
        if (message instanceof Request) {
            Optional<Integer> replica = node.neighbours.on(link).filter(who -> who < node.replicas());
            admission.onRequest(link, replica, SignedRequest.of(envelope));
        } else if (message instanceof NewKey m) {
            exchange.onNewKey(link, envelope, m);
        } else if (message instanceof ClientKey m) {
            desk.onClientKey(link, envelope, m);
        } else if (message instanceof KeyAsk) {
            desk.ask(link);
        } else if (message instanceof MetaData m) {
            progress.catchup().onMetaData(node.neighbours.on(link), m);
        } else if (message instanceof PageData m) {
            progress.catchup().onPageData(node.neighbours.on(link), m);
        } else if (message instanceof Body m) {
            body(m);
        } else if (message instanceof ForwardedViewChange m) {
            views.onForwarded(m);
        } else {
            fromReplica(link, envelope);
        }
    }

    private void fromReplica(long link, Envelope envelope) {
        Verdict verdict = node.keys.check(envelope);
        int sender = envelope.sender();
        switch (verdict) {
            case AUTHENTIC -> {
                trust(link, sender);
                authentic(sender, envelope.message());
            }
            case WRONG_SENDER -> node.out.drop(Drop.WRONG_SENDER);
            case FORGED -> node.out.drop(Drop.FORGED);
            case NO_MAC -> stale(sender, Drop.NO_MAC);
            case STALE_KEY -> stale(sender, Drop.STALE_KEY);
        }
    }

    private void stale(int sender, Drop reason) {
        node.out.drop(reason);
        exchange.resendLast(sender);
    }

    private void trust(long link, int sender) {
        if (node.neighbours.trust(link, sender)) {
            node.out.add(new Effect.Trust(link, true));
        }
    }

    private void authentic(int sender, Message message) {
        views.watch().heard(sender);
        if (message instanceof PrePrepare m) {
            note(m.view(), m.seqno());
            agreement.onPrePrepare(sender, m);
            agreement.onCommits(sender, m.view(), m.commits());
        } else if (message instanceof Vote m) {
            note(m.view(), m.seqno());
            agreement.onVote(sender, m);
            agreement.onCommits(sender, m.view(), m.commits());
        } else if (message instanceof Decided m) {
            agreement.onDecided(sender, m);
        } else if (message instanceof Hold m) {
            holds.onHold(sender, m);
        } else if (message instanceof Checkpoint m) {
            progress.onCheckpoint(sender, m);
        } else if (message instanceof Status m) {
            progress.onStatus(sender, m);
        } else if (message instanceof StatusPending m) {
            progress.onStatusPending(sender, m);
        } else if (message instanceof Fetch m) {
            progress.catchup().serving().onFetch(sender, m);
        } else {
            ofViewChange(sender, message);
        }
    }

    private void ofViewChange(int sender, Message message) {
        if (message instanceof ViewChange m) {
            views.onViewChange(sender, m);
        } else if (message instanceof ViewChangeAck m) {
            views.onAck(sender, m);
        } else if (message instanceof NewView m) {
            views.onNewView(sender, m);
        } else {
            node.out.drop(Drop.WRONG_SENDER);
        }
    }

    /** A message of a later view, or beyond my window: I am behind (4.1). */
    private void note(long view, long seqno) {
        if (seqno > progress.high() || view > node.view()) {
            statuses.soon();
        }
    }

    private void body(Body m) {
        boolean agreed = agreement.onBody(m);
        boolean chosen = views.onBody(m);
        if (!agreed && !chosen) {
            node.out.drop(Drop.UNASKED);
        }
    }

    /** Which of them this is. */
    public int id() {
        return node.me();
    }

    /** How many replicas there are, this one included. */
    public int replicas() {
        return node.replicas();
    }

    /** The others from which nothing authentic came for some status periods. */
    public List<Integer> silent() {
        return IntStream.range(0, node.replicas())
                .filter(replica -> replica != node.me() && !views.watch().hears(replica))
                .boxed()
                .toList();
    }

    /** What this replica says of itself. */
    public ReplicaStatus status() {
        return progress.status(node.now - keysAt);
    }
}
