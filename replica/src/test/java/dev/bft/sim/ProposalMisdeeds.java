package dev.bft.sim;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Decided;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.NewView;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Proposal;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Vote;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a faulty primary does with what it proposes. */
final class ProposalMisdeeds implements Misdeed {
    private static final int MEMORY = 4096;
    private static final int RUN = 8;
    private static final double OFTEN = 0.3;

    private final Behaviour behaviour;
    private final Insider insider;
    /** What was proposed instead, by view and seqno. */
    private final Map<Long, Proposal> changed = new HashMap<>();

    private final WrongTimes times;
    private final Set<List<Long>> sent = new HashSet<>();

    ProposalMisdeeds(Behaviour behaviour, Insider insider) {
        this.behaviour = behaviour;
        this.insider = insider;
        this.times = new WrongTimes(insider.rng().split("times", insider.me()), behaviour == Behaviour.BAD_TIMES);
    }

    private static long key(long view, long seqno) {
        return Rng.mix(view) ^ seqno;
    }

    @Override
    public List<Outgoing> instead(Outgoing said) {
        Message message = said.message();
        return switch (behaviour) {
            case SILENT_PRIMARY ->
                message instanceof PrePrepare || message instanceof NewView ? List.of() : List.of(said);
            case EQUIVOCATION, NULL_BATCHES, DUPLICATES, FORGED_REQUESTS, MISSING_REQUESTS, BAD_TIMES, UNSTEADY_TIMES ->
                List.of(change(said));
            case GAPS -> List.of(message instanceof PrePrepare m && isShifted(m) ? said.with(shifted(m)) : said);
            case EXCLUSION -> isOrdering(message) && isExcluded(said.to()) ? List.of() : List.of(said);
            case WRONG_BODIES -> List.of(message instanceof Body m ? said.with(other(m)) : said);
            case WITHHELD_BODIES -> isWithheld(said) ? List.of() : List.of(said);
            default -> throw new IllegalStateException("not done to proposals: " + behaviour);
        };
    }

    private Outgoing change(Outgoing said) {
        if (said.message() instanceof PrePrepare m) {
            Optional<Proposal> other = other(m).filter(b -> isFor(m, said.to()));
            PrePrepare made = new PrePrepare(
                    m.view(), m.seqno(), commits(m.view(), m.commits(), said.to()), other.orElse(m.proposal()));
            return made.equals(m) ? said : said.with(made);
        }
        if (said.message() instanceof Vote m && m.type() == Message.Type.COMMIT) {
            Digest batch = committed(m.view(), new Vote.Commit(m.seqno(), m.batch()), said.to());
            Vote made = new Vote(m.type(), m.view(), m.seqno(), batch, commits(m.view(), m.commits(), said.to()));
            return made.equals(m) ? said : said.with(made);
        }
        return said;
    }

    private List<Vote.Commit> commits(long view, List<Vote.Commit> all, int to) {
        return all.stream()
                .map(c -> new Vote.Commit(c.seqno(), committed(view, c, to)))
                .toList();
    }

    /** It stands by what it proposed instead. */
    private Digest committed(long view, Vote.Commit said, int to) {
        long key = key(view, said.seqno());
        boolean isFor = behaviour != Behaviour.EQUIVOCATION || insider.isVictim(behaviour, key, to);
        return Optional.ofNullable(changed.get(key))
                .filter(batch -> isFor)
                .map(Proposal::digest)
                .orElse(said.batch());
    }

    private boolean isFor(PrePrepare m, int to) {
        return behaviour != Behaviour.EQUIVOCATION || insider.isVictim(behaviour, key(m.view(), m.seqno()), to);
    }

    private Optional<Proposal> other(PrePrepare m) {
        long key = key(m.view(), m.seqno());
        if (behaviour != Behaviour.NULL_BATCHES && !insider.decides(behaviour, key, OFTEN)) {
            return Optional.empty();
        }
        if (changed.size() > MEMORY) {
            changed.clear();
        }
        return Optional.of(changed.computeIfAbsent(key, k -> make(m.proposal())));
    }

    private Proposal make(Proposal batch) {
        if (behaviour == Behaviour.EQUIVOCATION) {
            return insider.otherThan(batch);
        }
        if (behaviour == Behaviour.NULL_BATCHES) {
            return Proposal.of(Batch.NULL);
        }
        if (behaviour == Behaviour.BAD_TIMES || behaviour == Behaviour.UNSTEADY_TIMES) {
            return times.wrong(batch);
        }
        List<Proposal.Entry> requests = new ArrayList<>(batch.entries());
        if (behaviour == Behaviour.MISSING_REQUESTS) {
            requests.add(new Proposal.Named(
                    SimClient.FIRST_ID, 1, Digest.of(insider.rng().bytes(8)), new byte[0]));
        } else if (!insider.requests().isEmpty()) {
            requests.add(
                    behaviour == Behaviour.DUPLICATES
                            ? old()
                            : forged(insider.rng().pick(insider.requests())));
        }
        return Proposal.of(requests, batch.nondet());
    }

    /** A request that was there before; every other time an OPEN, perhaps of long ago. */
    private SignedRequest old() {
        boolean any = insider.openings().isEmpty() || insider.rng().chance(0.5);
        return insider.rng().pick(any ? insider.requests() : insider.openings());
    }

    private SignedRequest forged(SignedRequest old) {
        Request said = old.request();
        byte[] operation = said.operation().clone();
        for (int i = 0; i < operation.length; i++) {
            operation[i] ^= 1;
        }
        // What its client would ask next: the last number was executed, and nothing would come of it.
        long number = said.open() ? said.number() : said.number() + 1;
        Request made = new Request(said.session(), said.base(), number, said.open(), operation, said.signature());
        byte[] frame = Envelope.complete(
                Envelope.open(insider.cluster(), old.client(), made),
                old.envelope().auth());
        try {
            return SignedRequest.read(frame);
        } catch (MalformedException e) {
            throw new IllegalStateException("a forged request must at least be readable", e);
        }
    }

    private static Body other(Body m) {
        Batch said = m.batch();
        return new Body(m.seqno(), Batch.of(said.requests(), said.proposedTime() + 1, said.proposedValue()));
    }

    private boolean isShifted(PrePrepare m) {
        return insider.decides(behaviour, key(m.view(), m.seqno() / RUN), OFTEN);
    }

    private PrePrepare shifted(PrePrepare m) {
        long about = key(m.view(), m.seqno() / RUN);
        long log = insider.plan().tunables().logSize();
        long shift = insider.rng().split("shift", about).pick(List.of(1L, 1L, 2L, log / 2, log, 3 * log));
        return new PrePrepare(m.view(), m.seqno() + shift, m.proposal());
    }

    private static boolean isOrdering(Message message) {
        return message instanceof PrePrepare
                || message instanceof Vote
                || message instanceof Decided
                || message instanceof Body;
    }

    /** The f replicas that follow it are left out. */
    private boolean isExcluded(int replica) {
        int replicas = insider.plan().replicas();
        int distance = (replica - insider.me() + replicas) % replicas;
        return distance <= insider.plan().faulty();
    }

    private boolean isWithheld(Outgoing said) {
        if (sent.size() > MEMORY) {
            sent.clear();
        }
        return said.message() instanceof Body
                || (said.message() instanceof PrePrepare m
                        && !sent.add(List.of(m.view(), m.seqno(), (long) said.to())));
    }
}
