package dev.bft.sim;

import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;
import dev.bft.wire.Cluster;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.Reply;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A faulty replica: the production core, and between it and the world somebody who holds its keys and drops, changes
 * or adds messages as its behaviours want. It misbehaves by spells: who always lies is soon left out of everything. Some
 * behaviours are tireless: in their scenarios a single moment without the lie would be one too many.
 */
final class Traitor {
    private static final double UNPROMPTED = 0.02;
    private static final double AWAKE = 0.6;

    /** Tenths of the time that a primary has. */
    private static final long ALMOST = 9;

    private static final Set<Behaviour> FLOODS = EnumSet.of(Behaviour.FETCH_FLOOD, Behaviour.FLOOD);

    private final Insider insider;
    private final LongSupplier now;
    private final boolean silent;
    private final boolean tireless;
    private final long spell;
    private final Optional<LyingReplies> replies;
    private final Tally tally;
    private final EnumMap<Behaviour, Misdeed> misdeeds = new EnumMap<>(Behaviour.class);

    /**
     * One that behaves so.
     *
     * @param now the time, in nanoseconds
     */
    Traitor(Insider insider, Set<Behaviour> behaviours, LongSupplier now, Tally tally, Rng rng) {
        this.insider = insider;
        this.now = now;
        this.tally = tally;
        this.spell = rng.skewed(50 * Plan.MILLIS, 10 * Plan.SECONDS);
        this.silent = behaviours.contains(Behaviour.SILENCE);
        this.tireless = behaviours.equals(EnumSet.of(Behaviour.FLOOD))
                || behaviours.stream()
                        .anyMatch(EnumSet.of(
                                Behaviour.INVENTED_BATCHES,
                                Behaviour.FUTURE_BATCHES,
                                Behaviour.COLLUDING_STATES,
                                Behaviour.FETCH_FLOOD,
                                Behaviour.LYING_HOLDS)::contains);
        this.replies = behaviours.contains(Behaviour.LYING_REPLIES)
                ? Optional.of(new LyingReplies(rng.split("replies", insider.me())))
                : Optional.empty();
        for (Behaviour behaviour : behaviours) {
            misdeeds.put(behaviour, misdeed(behaviour));
        }
    }

    /** One of a simulation, that behaves as the plan says. */
    static Traitor in(World world, int me, Rng rng) {
        Plan plan = world.plan();
        Insider insider = new Insider(me, plan, new Cluster(plan.cluster(), 0), rng.split("insider", me));
        return new Traitor(insider, plan.behaviours(me), world.time()::now, world.tally(), rng);
    }

    private Misdeed misdeed(Behaviour behaviour) {
        return switch (behaviour) {
            case SILENCE, TWINS, LYING_REPLIES, SLUGGISH, FAVOURING -> new Misdeed() {};
            case SILENT_PRIMARY,
                    EQUIVOCATION,
                    GAPS,
                    NULL_BATCHES,
                    DUPLICATES,
                    FORGED_REQUESTS,
                    MISSING_REQUESTS,
                    EXCLUSION,
                    WITHHELD_BODIES,
                    WRONG_BODIES,
                    BAD_TIMES,
                    UNSTEADY_TIMES -> new ProposalMisdeeds(behaviour, insider);
            case WRONG_VOTES, HASTY_COMMITS, LYING_DECISIONS, STALE_TRAFFIC, IMPERSONATION, LYING_HOLDS ->
                new VoteMisdeeds(behaviour, insider);
            case LYING_CHECKPOINTS, LYING_STATUS, CORRUPT_PAGES, COLLUDING_STATES, FETCH_FLOOD ->
                new StateMisdeeds(behaviour, insider);
            case FALSE_P,
                    OMITTED_P,
                    FALSE_CHECKPOINTS,
                    TWO_VIEW_CHANGES,
                    SELECTIVE_VIEW_CHANGES,
                    ENORMOUS_VIEWS,
                    HASTY_VIEW_CHANGES -> new ViewChangeMisdeeds(behaviour, insider);
            case FLOOD -> new FloodMisdeeds(insider);
            case SELF_SERVING_NEW_VIEWS -> SelfServing.withItsOwn(insider);
            case CLAIMED_PREPARES -> SelfServing.withWhatAllHave(insider);
            case INVENTED_BATCHES -> new InventedBatches(insider, false);
            case FUTURE_BATCHES -> new InventedBatches(insider, true);
            case FALSE_ACKS, WRONG_NEW_VIEWS, TWO_NEW_VIEWS, FORGED_VIEW_CHANGES, INVENTED_NEW_VIEWS ->
                new NewViewMisdeeds(behaviour, insider);
        };
    }

    /** How long it does as if a frame were not there: it proposes a request almost too late. */
    long holdsBack(byte[] frame) {
        boolean holds = misdeeds.containsKey(Behaviour.SLUGGISH) || misdeeds.containsKey(Behaviour.FAVOURING);
        if (!holds
                || !insider.isPrimary()
                || frame.length < Envelope.HEADER
                || !Frames.isOf(Message.Type.REQUEST, frame)) {
            return 0;
        }
        boolean all = misdeeds.containsKey(Behaviour.SLUGGISH);
        boolean victim = misdeeds.containsKey(Behaviour.FAVOURING) && isOfVictim(frame);
        if (all || victim) {
            tally.did(all ? Behaviour.SLUGGISH : Behaviour.FAVOURING);
        }
        return all || victim ? insider.plan().tunables().viewTimeout() * ALMOST / 10 : 0;
    }

    private static boolean isOfVictim(byte[] frame) {
        try {
            return Envelope.read(frame).sender() == SimClient.FIRST_ID;
        } catch (MalformedException e) {
            return false;
        }
    }

    /** What leaves instead of what the core wants after this event. */
    List<Effect> instead(Event event, List<Effect> wanted) {
        insider.hears(event);
        boolean awake = tireless
                || insider.rng().split("spell", now.getAsLong() / spell).chance(AWAKE);
        List<Effect> leave = new ArrayList<>();
        for (Effect effect : wanted) {
            insider.asks(effect);
            if (effect instanceof Effect.SendToReplica send) {
                replace(send, awake, leave);
            } else if (effect instanceof Effect.SendToLink send) {
                replace(send, awake, leave);
            } else {
                leave.add(effect);
            }
        }
        if (awake && !silent && event instanceof Event.Tick) {
            unprompted(leave);
        }
        return leave;
    }

    private void unprompted(List<Effect> leave) {
        misdeeds.forEach((behaviour, misdeed) -> {
            if (insider.rng().chance(UNPROMPTED) || FLOODS.contains(behaviour)) {
                for (Outgoing out : misdeed.unprompted()) {
                    tally.did(behaviour);
                    leave.add(effect(out));
                }
            }
        });
    }

    private void replace(Effect.SendToReplica send, boolean awake, List<Effect> leave) {
        if (silent) {
            tally.did(Behaviour.SILENCE);
            return;
        }
        List<Outgoing> outs = List.of(parsed(send));
        insider.says(outs.get(0));
        if (awake) {
            for (Map.Entry<Behaviour, Misdeed> one : misdeeds.entrySet()) {
                outs = changed(one.getKey(), one.getValue(), outs);
            }
        }
        outs.forEach(out -> leave.add(effect(out)));
    }

    private void replace(Effect.SendToLink send, boolean awake, List<Effect> leave) {
        Optional<Effect> lie = replies.filter(r -> awake && Frames.isOf(Message.Type.REPLY, send.frame()))
                .flatMap(r -> insider.toClient(send.frame(), r.instead((Reply) Frames.message(send.frame()))))
                .map(frame -> new Effect.SendToLink(send.link(), frame));
        lie.ifPresent(l -> tally.did(Behaviour.LYING_REPLIES));
        if (!silent) {
            leave.add(lie.orElse(send));
        }
    }

    private List<Outgoing> changed(Behaviour behaviour, Misdeed misdeed, List<Outgoing> before) {
        List<Outgoing> after =
                before.stream().flatMap(out -> misdeed.instead(out).stream()).toList();
        if (!after.equals(before)) {
            tally.did(behaviour);
        }
        return after;
    }

    private static Outgoing parsed(Effect.SendToReplica send) {
        try {
            return new Outgoing(send.replica(), Envelope.read(send.frame()).message(), send.frame());
        } catch (MalformedException e) {
            throw new IllegalStateException("the core made a frame that nobody can read", e);
        }
    }

    private Effect effect(Outgoing out) {
        return new Effect.SendToReplica(out.to(), insider.frame(out));
    }
}
