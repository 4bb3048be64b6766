package dev.bft.sim;

import dev.bft.wire.Decided;
import dev.bft.wire.Digest;
import dev.bft.wire.Hold;
import dev.bft.wire.Message;
import dev.bft.wire.NewKey;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Proposal;
import dev.bft.wire.Vote;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What a faulty replica does with its votes, and with all it ever said. */
final class VoteMisdeeds implements Misdeed {
    private static final double OFTEN = 0.3;
    private static final int AGAIN = 8;

    private final Behaviour behaviour;
    private final Insider insider;

    VoteMisdeeds(Behaviour behaviour, Insider insider) {
        this.behaviour = behaviour;
        this.insider = insider;
    }

    @Override
    public List<Outgoing> instead(Outgoing said) {
        if (behaviour == Behaviour.WRONG_VOTES
                && said.message() instanceof Vote m
                && insider.rng().chance(OFTEN)) {
            Outgoing other = said.with(new Vote(m.type(), m.view(), m.seqno(), insider.someDigest()));
            return insider.rng().chance(0.5) ? List.of(other) : List.of(other, said);
        }
        if (behaviour == Behaviour.LYING_DECISIONS && said.message() instanceof Decided m) {
            return List.of(said.with(new Decided(m.seqno(), insider.someDigest())));
        }
        if (behaviour == Behaviour.LYING_HOLDS
                && said.message() instanceof Vote m
                && m.type() == Message.Type.PREPARE) {
            List<Outgoing> both = new ArrayList<>(List.of(said));
            entries(m.view(), m.seqno())
                    .findFirst()
                    .ifPresent(request -> both.add(said.with(new Hold(m.view(), m.seqno(), m.batch(), request))));
            return both;
        }
        if (behaviour == Behaviour.LYING_HOLDS && said.message() instanceof Hold m) {
            Digest other = entries(m.view(), m.seqno())
                    .filter(request -> !request.equals(m.request()))
                    .findFirst()
                    .orElse(m.request());
            return List.of(said.with(new Hold(m.view(), m.seqno(), m.batch(), other)));
        }
        return List.of(said);
    }

    @Override
    public List<Outgoing> unprompted() {
        return switch (behaviour) {
            case HASTY_COMMITS -> insider.proposals().isEmpty() ? List.of() : hasty();
            case LYING_DECISIONS -> {
                long seqno = Math.max(1, insider.seqno() + insider.rng().between(-4, 4));
                yield insider.toAll(new Decided(seqno, insider.someDigest()));
            }
            case STALE_TRAFFIC -> again();
            case IMPERSONATION -> insider.proposals().isEmpty() ? List.of() : inTheNameOfOthers();
            default -> List.of();
        };
    }

    /** The requests of a proposal. */
    private Stream<Digest> entries(long view, long seqno) {
        return insider.proposals().stream()
                .filter(p -> p.seqno() == seqno && p.view() == view)
                .flatMap(p -> p.proposal().entries().stream())
                .map(Proposal.Entry::digest);
    }

    private List<Outgoing> hasty() {
        PrePrepare m = insider.rng().pick(insider.proposals());
        List<Outgoing> votes = new ArrayList<>();
        for (Message.Type type : List.of(Message.Type.PREPARE, Message.Type.COMMIT)) {
            votes.addAll(insider.toAll(
                    new Vote(type, m.view(), m.seqno(), m.proposal().digest())));
        }
        return votes;
    }

    /** What f+1 or 2f+1 replicas would have to say, under the one key that this one has. */
    private List<Outgoing> inTheNameOfOthers() {
        PrePrepare last = insider.proposals().stream()
                .max(Comparator.comparingLong(PrePrepare::seqno))
                .orElseThrow();
        long seqno =
                last.seqno() + (insider.rng().chance(0.5) ? 0 : insider.rng().between(-1, 4));
        Digest batch = insider.rng().chance(0.5) ? last.proposal().digest() : insider.someDigest();
        List<Outgoing> all = new ArrayList<>();
        for (Message message : List.of(
                new Vote(Message.Type.PREPARE, last.view(), seqno, batch),
                new Vote(Message.Type.COMMIT, last.view(), seqno, batch),
                new Decided(seqno, batch))) {
            for (int who = 0; who < insider.plan().replicas(); who++) {
                all.addAll(insider.toAllAs(who, message));
            }
        }
        return all;
    }

    /** Old words: some as they were sent, most with a MAC of today. */
    private List<Outgoing> again() {
        List<Outgoing> all = new ArrayList<>();
        for (int i = 0; i < AGAIN && !insider.said().isEmpty(); i++) {
            Outgoing old = insider.rng().pick(insider.said());
            boolean signed = old.message() instanceof NewKey;
            all.add(signed || insider.rng().chance(0.2) ? old : old.with(old.message()));
        }
        return all;
    }
}
