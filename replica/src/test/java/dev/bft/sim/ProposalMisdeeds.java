package dev.bft.sim;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Cluster;
import dev.bft.wire.Decided;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.NewView;
import dev.bft.wire.PrePrepare;
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
    private final Map<Long, Batch> changed = new HashMap<>();

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
            case EQUIVOCATION, NULL_BATCHES, DUPLICATES, FORGED_REQUESTS, BAD_TIMES, UNSTEADY_TIMES ->
                List.of(change(said));
            case GAPS -> List.of(message instanceof PrePrepare m && isShifted(m) ? said.with(shifted(m)) : said);
            case EXCLUSION -> isOrdering(message) && isExcluded(said.to()) ? List.of() : List.of(said);
            case WITHHELD_BODIES -> isWithheld(said) ? List.of() : List.of(said);
            default -> throw new IllegalStateException("not done to proposals: " + behaviour);
        };
    }

    private Outgoing change(Outgoing said) {
        if (said.message() instanceof PrePrepare m) {
            Optional<Batch> other = other(m).filter(b -> isFor(m, said.to()));
            return other.map(batch -> said.with(new PrePrepare(m.view(), m.seqno(), batch)))
                    .orElse(said);
        }
        if (said.message() instanceof Vote m && m.type() == Message.Type.COMMIT) {
            Optional<Batch> other = Optional.ofNullable(changed.get(key(m.view(), m.seqno())));
            return other.filter(b -> behaviour != Behaviour.EQUIVOCATION
                            || insider.isVictim(behaviour, key(m.view(), m.seqno()), said.to()))
                    .map(b -> said.with(new Vote(m.type(), m.view(), m.seqno(), b.digest())))
                    .orElse(said);
        }
        return said;
    }

    private boolean isFor(PrePrepare m, int to) {
        return behaviour != Behaviour.EQUIVOCATION || insider.isVictim(behaviour, key(m.view(), m.seqno()), to);
    }

    private Optional<Batch> other(PrePrepare m) {
        long key = key(m.view(), m.seqno());
        if (behaviour != Behaviour.NULL_BATCHES && !insider.decides(behaviour, key, OFTEN)) {
            return Optional.empty();
        }
        if (changed.size() > MEMORY) {
            changed.clear();
        }
        return Optional.of(changed.computeIfAbsent(key, k -> make(m.batch())));
    }

    private Batch make(Batch batch) {
        if (behaviour == Behaviour.EQUIVOCATION) {
            return insider.otherThan(batch);
        }
        if (behaviour == Behaviour.NULL_BATCHES) {
            return Batch.NULL;
        }
        if (behaviour == Behaviour.BAD_TIMES || behaviour == Behaviour.UNSTEADY_TIMES) {
            return times.wrong(batch);
        }
        List<SignedRequest> requests = new ArrayList<>(batch.requests());
        if (!insider.requests().isEmpty()) {
            SignedRequest old = insider.rng().pick(insider.requests());
            requests.add(behaviour == Behaviour.DUPLICATES ? old : forged(old));
        }
        return Batch.of(requests, batch.nondet());
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
        Cluster cluster = new Cluster(insider.plan().cluster(), 0);
        byte[] frame = Envelope.complete(
                Envelope.open(cluster, old.client(), made), old.envelope().auth());
        try {
            return SignedRequest.read(frame);
        } catch (MalformedException e) {
            throw new IllegalStateException("a forged request must at least be readable", e);
        }
    }

    private boolean isShifted(PrePrepare m) {
        return insider.decides(behaviour, key(m.view(), m.seqno() / RUN), OFTEN);
    }

    private PrePrepare shifted(PrePrepare m) {
        long about = key(m.view(), m.seqno() / RUN);
        long log = insider.plan().tunables().logSize();
        long shift = insider.rng().split("shift", about).pick(List.of(1L, 1L, 2L, log / 2, log, 3 * log));
        return new PrePrepare(m.view(), m.seqno() + shift, m.batch());
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
