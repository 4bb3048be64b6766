package dev.bft.sim;

import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Does an {@link Excess} to what leaves a replica. */
final class Excesses {
    private static final double HALF = 0.5;
    private static final double SECOND = 1e9;
    private static final double AT_ONCE = 0.1;

    private final Excess excess;
    private final long amount;
    private final Optional<Message.Type> type;
    private final Insider insider;
    private final Tally tally;
    private final Flood flood;
    private final ArrayDeque<Late> late = new ArrayDeque<>();
    private double owed;
    private long at = System.nanoTime();

    private record Late(long due, Effect effect) {}

    /**
     * One excess.
     *
     * @param amount milliseconds, or messages a second
     * @param type of these messages, or of all types
     */
    Excesses(Excess excess, long amount, Optional<Message.Type> type, Insider insider, Tally tally) {
        this.excess = excess;
        this.amount = amount;
        this.type = type;
        this.insider = insider;
        this.tally = tally;
        this.flood = new Flood(insider);
    }

    /** What leaves instead. */
    List<Effect> instead(Event event, List<Effect> wanted) {
        List<Effect> leave = new ArrayList<>();
        long now = System.nanoTime();
        while (!late.isEmpty() && late.peek().due <= now) {
            leave.add(late.poll().effect);
        }
        for (Effect effect : wanted) {
            if (effect instanceof Effect.SendToReplica send) {
                flood.says(send);
                replace(send, now, leave);
            } else {
                leave.add(effect);
            }
        }
        if (excess == Excess.FLOOD && event instanceof Event.Tick) {
            owed = Math.min(amount * AT_ONCE, owed + (now - at) * amount / SECOND);
            at = now;
            leave.addAll(floods());
        }
        return leave;
    }

    private void replace(Effect.SendToReplica send, long now, List<Effect> leave) {
        boolean votes =
                Frames.isOf(Message.Type.PREPARE, send.frame()) || Frames.isOf(Message.Type.COMMIT, send.frame());
        if (excess == Excess.NEVER_VOTING && votes) {
            tally.count(Tally.Count.EXCESSES);
        } else if (excess == Excess.SLOW_PRIMARY && Frames.isOf(Message.Type.PRE_PREPARE, send.frame())) {
            tally.count(Tally.Count.EXCESSES);
            late.add(new Late(now + amount * Plan.MILLIS, send));
        } else if (isSpoiler() && insider.rng().chance(HALF) && insider.rng().chance(HALF)) {
            tally.count(Tally.Count.EXCESSES);
            leave.add(new Effect.SendToReplica(send.replica(), spoiled(send.frame())));
        } else {
            leave.add(send);
        }
    }

    private boolean isSpoiler() {
        return excess == Excess.GARBLED_MACS || excess == Excess.STALE_KEYS;
    }

    private byte[] spoiled(byte[] frame) {
        Envelope envelope = parsed(frame);
        if (!(envelope.auth() instanceof Envelope.Macs macs)) {
            return frame;
        }
        List<Envelope.Mac> bad = new ArrayList<>();
        for (Envelope.Mac mac : macs.macs()) {
            bad.add(
                    excess == Excess.STALE_KEYS
                            ? new Envelope.Mac(mac.receiver(), Math.max(0, mac.key() - 1), mac.tag())
                            : new Envelope.Mac(mac.receiver(), mac.key(), new byte[Envelope.TAG]));
        }
        byte[] open = Envelope.open(insider.cluster(), envelope.sender(), envelope.message());
        return Envelope.complete(open, new Envelope.Macs(bad));
    }

    static Envelope parsed(byte[] frame) {
        try {
            return Envelope.read(frame);
        } catch (MalformedException e) {
            throw new IllegalStateException("the core made a frame that nobody can read", e);
        }
    }

    private List<Effect> floods() {
        List<Effect> all = new ArrayList<>();
        while (owed >= 1) {
            List<Effect.SendToReplica> more = flood.more(type);
            if (more.isEmpty()) {
                break;
            }
            owed -= more.size();
            all.addAll(more);
            more.forEach(send -> tally.count(Tally.Count.EXCESSES));
        }
        return all;
    }

    /** More of what a replica may say: what it said, again, and what others of its kind say unasked. */
    private static final class Flood {
        private final Insider insider;
        private final List<Misdeed> talkers;
        /** The last frame of each type, as the core made it. */
        private final Map<Message.Type, Effect.SendToReplica> last = new EnumMap<>(Message.Type.class);

        private int turn;

        Flood(Insider insider) {
            this.insider = insider;
            this.talkers = List.of(
                    new VoteMisdeeds(Behaviour.LYING_DECISIONS, insider),
                    new VoteMisdeeds(Behaviour.HASTY_COMMITS, insider),
                    new VoteMisdeeds(Behaviour.STALE_TRAFFIC, insider),
                    new VoteMisdeeds(Behaviour.IMPERSONATION, insider),
                    new StateMisdeeds(Behaviour.LYING_CHECKPOINTS, insider),
                    new ViewChangeMisdeeds(Behaviour.HASTY_VIEW_CHANGES, insider),
                    new ViewChangeMisdeeds(Behaviour.ENORMOUS_VIEWS, insider),
                    new NewViewMisdeeds(Behaviour.INVENTED_NEW_VIEWS, insider),
                    new NewViewMisdeeds(Behaviour.FALSE_ACKS, insider));
        }

        void says(Effect.SendToReplica send) {
            last.put(Frames.type(send.frame()), send);
        }

        /** The next few; nothing if there is none of this type. */
        List<Effect.SendToReplica> more(Optional<Message.Type> type) {
            for (int i = 0; i <= talkers.size() + Message.Type.values().length; i++) {
                List<Effect.SendToReplica> found = next().stream()
                        .filter(send -> type.isEmpty() || Frames.isOf(type.get(), send.frame()))
                        .toList();
                if (!found.isEmpty()) {
                    return found;
                }
            }
            return List.of();
        }

        private List<Effect.SendToReplica> next() {
            int types = Message.Type.values().length;
            int now = turn++ % (talkers.size() + types);
            if (now < talkers.size()) {
                return talkers.get(now).unprompted().stream()
                        .map(out -> new Effect.SendToReplica(out.to(), insider.frame(out)))
                        .toList();
            }
            return Arrays.stream(Message.Type.values())
                    .skip(now - talkers.size())
                    .findFirst()
                    .flatMap(type -> Optional.ofNullable(last.get(type)))
                    .map(send -> again(send.frame()))
                    .orElse(List.of());
        }

        /** The same to all others, with MACs of today where this replica can make them. */
        private List<Effect.SendToReplica> again(byte[] frame) {
            Message message = parsed(frame).message();
            boolean made = message.type() != Message.Type.NEW_KEY && message.type() != Message.Type.FETCH;
            return insider.toAll(message).stream()
                    .map(out -> new Effect.SendToReplica(out.to(), made ? insider.frame(out) : frame))
                    .toList();
        }
    }
}
