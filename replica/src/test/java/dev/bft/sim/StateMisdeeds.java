package dev.bft.sim;

import dev.bft.protocol.Replica;
import dev.bft.state.PagedState;
import dev.bft.wire.Bits;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Digest;
import dev.bft.wire.Fetch;
import dev.bft.wire.MetaData;
import dev.bft.wire.PageData;
import dev.bft.wire.Status;
import dev.bft.wire.StatusPending;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** What a faulty replica says of its state. */
final class StateMisdeeds implements Misdeed {
    private static final double OFTEN = 0.4;
    private static final int FAR = 64;
    private static final int FLOOD = 50;

    private final Behaviour behaviour;
    private final Insider insider;
    private final PagedState invention;
    private List<Outgoing> asked = List.of();

    StateMisdeeds(Behaviour behaviour, Insider insider) {
        this.behaviour = behaviour;
        this.insider = insider;
        int protocolPages = Replica.protocolPages(insider.plan().tunables().sessions());
        this.invention =
                new PagedState((page, target) -> Arrays.fill(target, (byte) 7), protocolPages, SimService.PAGES);
        if (behaviour == Behaviour.COLLUDING_STATES) {
            invention.recompute(0);
        }
    }

    @Override
    public List<Outgoing> instead(Outgoing said) {
        if (behaviour == Behaviour.FETCH_FLOOD) {
            asked = said.message() instanceof Fetch ? Collections.nCopies(FLOOD, said) : asked;
            return List.of(said);
        }
        if (behaviour == Behaviour.COLLUDING_STATES) {
            return List.of(invented(said));
        }
        if (!insider.rng().chance(OFTEN)) {
            return List.of(said);
        }
        if (behaviour == Behaviour.LYING_CHECKPOINTS && said.message() instanceof Checkpoint m) {
            return List.of(said.with(lie(m)));
        }
        if (behaviour == Behaviour.LYING_STATUS && said.message() instanceof Status m) {
            return List.of(said.with(lie(m)));
        }
        if (behaviour == Behaviour.LYING_STATUS && said.message() instanceof StatusPending m) {
            return List.of(said.with(lie(m)));
        }
        if (behaviour == Behaviour.CORRUPT_PAGES && said.message() instanceof PageData m) {
            return List.of(said.with(lie(m)));
        }
        if (behaviour == Behaviour.CORRUPT_PAGES && said.message() instanceof MetaData m) {
            return List.of(said.with(lie(m)));
        }
        return List.of(said);
    }

    /** Whatever it says of its state is of the invented one. */
    private Outgoing invented(Outgoing said) {
        if (said.message() instanceof Checkpoint m && m.seqno() > 0) {
            return said.with(new Checkpoint(m.seqno(), invention.digest(), m.stable()));
        }
        if (said.message() instanceof MetaData m) {
            List<Digest> children = m.level() == Fetch.Level.ROOT
                    ? invention.rootChildren(0).orElseThrow()
                    : invention.chunkChildren(0, m.index()).orElseThrow();
            return said.with(new MetaData(m.seqno(), m.level(), m.index(), children));
        }
        if (said.message() instanceof PageData m) {
            return said.with(new PageData(
                    m.seqno(),
                    m.pages().stream()
                            .map(p -> new PageData.Page(
                                    p.index(), invention.page(0, p.index()).orElseThrow()))
                            .toList()));
        }
        return said;
    }

    @Override
    public List<Outgoing> unprompted() {
        if (behaviour == Behaviour.FETCH_FLOOD) {
            return asked;
        }
        if (behaviour == Behaviour.COLLUDING_STATES) {
            long period = insider.plan().tunables().checkpointPeriod();
            long next = insider.seqno() / period * period + period;
            return insider.toAll(new Checkpoint(next, invention.digest(), true));
        }
        if (behaviour != Behaviour.LYING_CHECKPOINTS) {
            return List.of();
        }
        long seqno = insider.seqno() + insider.plan().tunables().checkpointPeriod();
        return insider.toAll(lie(new Checkpoint(seqno, insider.someDigest(), true)));
    }

    private Checkpoint lie(Checkpoint m) {
        long period = insider.plan().tunables().checkpointPeriod();
        long seqno = insider.rng().chance(0.5)
                ? m.seqno()
                : m.seqno() / period * period + period * insider.rng().between(1, FAR);
        Digest state = insider.rng().chance(0.7) ? insider.someDigest() : m.state();
        return new Checkpoint(seqno, state, insider.rng().chance(0.5));
    }

    private Status lie(Status m) {
        long period = insider.plan().tunables().checkpointPeriod();
        long stable = insider.rng().chance(0.5)
                ? 0
                : m.stable() / period * period + period * insider.rng().below(FAR);
        long view =
                insider.rng().chance(0.5) ? m.view() : m.view() + insider.rng().below(FAR);
        Bits none = new Bits(new byte[0]);
        long counter = m.counter() + (insider.rng().chance(0.5) ? insider.rng().below(FAR) : 0);
        return new Status(
                view,
                stable,
                stable + insider.rng().below(FAR),
                counter,
                insider.rng().chance(0.5),
                none,
                none,
                none);
    }

    private StatusPending lie(StatusPending m) {
        List<StatusPending.Missing> missing = new ArrayList<>();
        for (int i = 0; i < FAR; i++) {
            missing.add(new StatusPending.Missing(m.stable() + 1 + insider.rng().below(FAR), insider.someDigest()));
        }
        Bits none = new Bits(new byte[0]);
        return new StatusPending(m.view(), m.stable(), m.executed(), m.counter(), true, none, none, missing);
    }

    private PageData lie(PageData m) {
        List<PageData.Page> pages = new ArrayList<>(m.pages());
        if (!pages.isEmpty()) {
            PageData.Page page = pages.get(0);
            byte[] bytes = page.bytes().clone();
            bytes[insider.rng().below(bytes.length)] ^= 1;
            pages.set(0, new PageData.Page(page.index(), bytes));
        }
        return new PageData(m.seqno(), pages);
    }

    private MetaData lie(MetaData m) {
        List<Digest> children = new ArrayList<>(m.children());
        if (!children.isEmpty()) {
            children.set(insider.rng().below(children.size()), insider.someDigest());
        }
        return new MetaData(m.seqno(), m.level(), m.index(), children);
    }
}
