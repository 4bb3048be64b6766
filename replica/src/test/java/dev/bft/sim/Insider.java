package dev.bft.sim;

import dev.bft.auth.MacKey;
import dev.bft.auth.SessionKeys;
import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;
import dev.bft.wire.ClientKey;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.NewKey;
import dev.bft.wire.NewView;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Proposal;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.ViewChange;
import dev.bft.wire.Vote;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a faulty replica learns by listening to its own core: its session keys, and what it can lie about. */
final class Insider {
    private static final int KEPT = 64;

    private final int me;
    private final Plan plan;
    private final Cluster cluster;
    private final Rng rng;
    private final SessionKeys keys;
    /** The same keys, for whoever it claims to be. */
    private final List<SessionKeys> masks = new ArrayList<>();

    private final Map<Digest, Sealed> sealed = new HashMap<>();
    private final Map<Long, Sealed> opening = new HashMap<>();
    private final long[] lastKey;
    /** The keys of clients. */
    private final Map<Sealed, MacKey> clientKeys = new HashMap<>();

    private final List<SignedRequest> requests = new ArrayList<>();
    private final List<SignedRequest> openings = new ArrayList<>();
    private final List<PrePrepare> proposals = new ArrayList<>();
    private final List<ViewChange> viewChanges = new ArrayList<>();
    private final List<NewView> newViews = new ArrayList<>();
    private final List<Outgoing> said = new ArrayList<>();
    private long view;
    private long seqno;

    private record Sealed(int sender, long counter) {}

    Insider(int me, Plan plan, Cluster cluster, Rng rng) {
        this.me = me;
        this.plan = plan;
        this.cluster = cluster;
        this.rng = rng;
        this.keys = new SessionKeys(cluster, me, plan.replicas());
        this.lastKey = new long[plan.replicas()];
        for (int i = 0; i < plan.replicas(); i++) {
            masks.add(new SessionKeys(cluster, i, plan.replicas()));
        }
    }

    int me() {
        return me;
    }

    Plan plan() {
        return plan;
    }

    Cluster cluster() {
        return cluster;
    }

    Rng rng() {
        return rng;
    }

    /** The highest view it was in. */
    long view() {
        return view;
    }

    /** The highest seqno it heard of. */
    long seqno() {
        return seqno;
    }

    boolean isPrimary() {
        return view % plan.replicas() == me;
    }

    List<SignedRequest> requests() {
        return requests;
    }

    /** The OPENs of longer ago than that. */
    List<SignedRequest> openings() {
        return openings;
    }

    List<PrePrepare> proposals() {
        return proposals;
    }

    List<ViewChange> viewChanges() {
        return viewChanges;
    }

    List<NewView> newViews() {
        return newViews;
    }

    List<Outgoing> said() {
        return said;
    }

    /** The same answer for the same question in a run: some messages get another treatment than others. */
    boolean decides(Behaviour behaviour, long about, double probability) {
        return rng.split(behaviour.label(), about).chance(probability);
    }

    /** Whether a replica is one of those that are treated differently this time. */
    boolean isVictim(Behaviour behaviour, long about, int replica) {
        return rng.split(behaviour.label(), about).split("victim", replica).chance(0.5);
    }

    /** A digest that it heard of, or one that it invents. */
    Digest someDigest() {
        return proposals.isEmpty() || rng.chance(0.3)
                ? Digest.of(rng.bytes(8))
                : rng.pick(proposals).proposal().digest();
    }

    /** The same message to all others. */
    List<Outgoing> toAll(Message message) {
        List<Outgoing> all = new ArrayList<>();
        for (int i = 0; i < plan.replicas(); i++) {
            if (i != me) {
                all.add(Outgoing.of(i, message));
            }
        }
        return all;
    }

    /** The same message to all others, as if another replica sent it. */
    List<Outgoing> toAllAs(int who, Message message) {
        return toAll(message).stream()
                .map(out -> new Outgoing(out.to(), message, masks.get(who).toReplica(message, out.to())))
                .toList();
    }

    /** The frame of a message, authenticated with the keys of today. */
    byte[] frame(Outgoing out) {
        if (out.isOfCore()) {
            return out.frame();
        }
        return switch (out.message().type()) {
            case BODY, FORWARDED_VIEW_CHANGE, META_DATA, PAGE_DATA -> keys.unsigned(out.message());
            default -> keys.toReplica(out.message(), out.to());
        };
    }

    /** The frame of another message for the same client, if its key is known. */
    Optional<byte[]> toClient(byte[] frame, Message other) {
        Envelope.Mac mac =
                ((Envelope.Macs) Frames.envelope(frame).auth()).macs().get(0);
        return Optional.ofNullable(clientKeys.get(new Sealed(mac.receiver(), mac.key())))
                .map(key -> keys.toClient(other, mac.receiver(), key));
    }

    /** Something happens to the core. */
    void hears(Event event) {
        if (event instanceof Event.Received received) {
            hears(received.frame());
        } else if (event instanceof Event.Opened opened) {
            opened(opened);
        } else if (event instanceof Event.Booted) {
            opening.clear();
        }
    }

    private void hears(byte[] frame) {
        try {
            Envelope envelope = Envelope.read(frame);
            if (envelope.message() instanceof NewKey m && envelope.auth() instanceof Envelope.Signature signature) {
                m.entries().stream()
                        .filter(e -> e.receiver() == me)
                        .forEach(e ->
                                sealed.put(Digest.of(e.sealed()), new Sealed(envelope.sender(), signature.counter())));
            } else if (envelope.message() instanceof ClientKey m
                    && envelope.auth() instanceof Envelope.Signature signature) {
                sealed.put(Digest.of(m.sealed()), new Sealed(envelope.sender(), signature.counter()));
            } else if (envelope.message() instanceof Request) {
                learns(SignedRequest.of(envelope));
            } else {
                learns(envelope.message());
            }
        } catch (MalformedException e) {
            // Others lie too, and storms change bytes.
            rng.next();
        }
    }

    private void learns(SignedRequest request) {
        keep(requests, request);
        if (request.request().open()) {
            keep(openings, request);
        }
    }

    private void learns(Message message) {
        if (message instanceof PrePrepare m) {
            seqno = Math.max(seqno, m.seqno());
            keep(proposals, m);
            for (Proposal.Entry entry : m.proposal().entries()) {
                if (entry instanceof SignedRequest request) {
                    learns(request);
                }
            }
        } else if (message instanceof ViewChange m) {
            keep(viewChanges, m);
        } else if (message instanceof NewView m) {
            keep(newViews, m);
        }
    }

    private <T> void keep(List<T> list, T one) {
        if (list.size() < KEPT) {
            list.add(one);
        } else {
            list.set(rng.below(KEPT), one);
        }
    }

    /** The core asks for something: perhaps for the key that another replica chose. */
    void asks(Effect effect) {
        if (effect instanceof Effect.Open open) {
            Optional.ofNullable(sealed.remove(Digest.of(open.sealed()))).ifPresent(s -> opening.put(open.token(), s));
        }
    }

    private void opened(Event.Opened event) {
        Optional<Sealed> mine = Optional.ofNullable(opening.remove(event.token()));
        if (mine.isPresent()
                && event.secret().filter(s -> s.length == MacKey.BYTES).isPresent()) {
            Sealed key = mine.get();
            if (key.sender >= plan.replicas()) {
                clientKeys.put(key, new MacKey(key.counter, event.secret().orElseThrow()));
            } else if (key.counter > lastKey[key.sender]) {
                lastKey[key.sender] = key.counter;
                MacKey held = new MacKey(key.counter, event.secret().orElseThrow());
                keys.setOut(key.sender, held);
                masks.forEach(mask -> mask.setOut(key.sender, held));
            }
        }
    }

    /** The core is about to say this. */
    void says(Outgoing out) {
        if (out.message() instanceof PrePrepare m) {
            view = Math.max(view, m.view());
        } else if (out.message() instanceof ViewChange m) {
            view = Math.max(view, m.view());
        } else if (out.message() instanceof Vote m) {
            view = Math.max(view, m.view());
        }
        learns(out.message());
        if (out.message().type() != Message.Type.FETCH && out.message().type() != Message.Type.NEW_KEY) {
            keep(said, out);
        }
    }

    /** A batch that might stand beside this one: other requests, or the same in another order, or none. */
    Proposal otherThan(Proposal batch) {
        List<Proposal.Entry> other = new ArrayList<>(batch.entries());
        if (other.size() > 1 && rng.chance(0.5)) {
            other.remove(0);
        } else if (!requests.isEmpty() && rng.chance(0.6)) {
            other.add(rng.pick(requests));
        } else {
            other.clear();
        }
        Proposal made = Proposal.of(other, batch.nondet());
        return made.digest().equals(batch.digest()) ? Proposal.of(List.of(), new byte[] {1}) : made;
    }
}
