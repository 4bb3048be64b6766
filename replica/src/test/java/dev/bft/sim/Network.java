package dev.bft.sim;

import dev.bft.wire.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The links between nodes: each has its own delay; in a storm frames are lost, doubled, changed, overtaken and
 * come again later. A node is a small number: replicas first, then clients.
 */
final class Network {
    /** Old frames kept for each receiver, to come again. */
    private static final int MEMORY = 16;

    private static final int CHANGES = 8;
    private static final int PAGE = 4096;
    /** How many of the frames to a node are held up while any are. */
    private static final double HELD_UP = 0.3;

    /** Views, and key epochs, over which a frame is held up if it is held up for long. */
    private static final long SEVERAL = 2;

    /** Over how long the frames of the past come again. */
    private static final long FLOOD = 200 * Plan.MILLIS;

    private final Timeline time;
    private final Plan.Weather weather;
    private final boolean reorders;
    private final Tally tally;
    private final Rng rng;
    private final int nodes;
    /** Base delay by sender and receiver. */
    private final long[] delays;
    /** When the last frame of a link arrives: without reordering none overtakes it. */
    private final long[] lastArrival;
    /** By what a node's delays are multiplied. */
    private final long[] slowness;
    /** How long a frame to a node may be held up; 0 is normal. */
    private final long[] heldUp;
    /** When the last frame that was held up arrives. */
    private long heldUpUntil;

    private final Cuts cuts;
    private Gate gate = Gate.OPEN;
    private final Archive archive;
    private final boolean archives;

    private BiPredicate<Integer, byte[]> kept = (node, frame) -> false;
    private final List<Runnable> waiting = new ArrayList<>();

    private final List<List<Runnable>> memory = new ArrayList<>();
    private boolean storm;
    private long lost;
    private int pagesTo;
    private long pageNanos;
    private long pagesUntil;
    private boolean frozen;

    Network(Timeline time, Plan plan, int nodes, Tally tally) {
        this.time = time;
        this.weather = plan.weather();
        this.reorders = plan.has(Fault.REORDERING);
        this.tally = tally;
        this.rng = new Rng(plan.seed()).split("network", plan.replicas());
        this.nodes = nodes;
        this.delays = new long[nodes * nodes];
        for (int i = 0; i < delays.length; i++) {
            delays[i] = rng.skewed(weather.delayMin(), weather.delayMax());
        }
        this.lastArrival = new long[nodes * nodes];
        this.slowness = new long[nodes];
        Arrays.fill(slowness, 1);
        this.heldUp = new long[nodes];
        this.cuts = new Cuts(nodes);
        this.archive = new Archive(rng.split("archive", 0));
        this.archives = plan.has(Fault.REPLAY_ALL);
        for (int i = 0; i < nodes; i++) {
            memory.add(new ArrayList<>());
        }
    }

    /** Loss, duplication, corruption, reordering and replays begin or end. */
    void setStorm(boolean on) {
        storm = on;
    }

    boolean storm() {
        return storm;
    }

    /** A node's links become slow; 1 is normal. */
    void slow(int node, long factor) {
        slowness[node] = factor;
    }

    /** Any frame to a node may be held up for so long, and is overtaken by whatever comes later; 0 is normal. */
    void holdUp(int node, long most) {
        heldUp[node] = most;
    }

    /** Pages to a node take so long each, one after the other; 0 is normal. */
    void slowPages(int node, long nanos) {
        pagesTo = node;
        pageNanos = nanos;
    }

    /** From now on only these frames get through. */
    void set(Gate only) {
        gate = only;
    }

    /** How many frames went nowhere because a way was cut or a gate shut. */
    long lost() {
        return lost;
    }

    /** The ways between nodes that are cut. */
    Cuts cuts() {
        return cuts;
    }

    /** Frames of the whole past arrive again. */
    void replayAll() {
        replay(frame -> true);
    }

    /** Some frames of the past arrive again. */
    void replay(Predicate<byte[]> some) {
        for (Archive.Kept kept :
                archive.all().stream().filter(k -> some.test(k.frame())).toList()) {
            tally.saw(Fault.REPLAY_ALL);
            time.in(rng.between(1, FLOOD), () -> kept.receiver().accept(kept.frame()));
        }
    }

    /** From now on some frames to a node wait until they are let go. */
    void holdBack(int to, Predicate<byte[]> some) {
        kept = (node, frame) -> node == to && some.test(frame);
    }

    /** The same whoever they are for. */
    void holdBack(Predicate<byte[]> some) {
        kept = (node, frame) -> some.test(frame);
    }

    /** The same for some receivers. */
    void holdBack(BiPredicate<Integer, byte[]> some) {
        kept = some;
    }

    /** What waits arrives, in the order in which it was sent, and nothing waits any more. */
    void letGo() {
        kept = (node, frame) -> false;
        waiting.forEach(arrival -> time.in(1, arrival));
        waiting.clear();
    }

    /** Everything heals, and no frame of the past comes again. */
    void heal() {
        storm = false;
        frozen = true;
        Arrays.fill(slowness, 1);
        Arrays.fill(heldUp, 0);
        pageNanos = 0;
        cuts.clear();
        gate = Gate.OPEN;
        memory.forEach(List::clear);
    }

    /** Whether frames that were held up are still to arrive: old requests may be among them, and are executed late. */
    boolean holdsUp() {
        return time.now() <= heldUpUntil;
    }

    /** When the last frame arrives that was sent so far and not held up. */
    long lastArrival() {
        return Arrays.stream(lastArrival).max().orElse(0);
    }

    /** Sends a frame; it arrives never, once or more often, changed or not. */
    void send(int from, int to, byte[] frame, Consumer<byte[]> receiver) {
        if (archives && !frozen) {
            archive.keep(frame, receiver);
        }
        if (kept.test(to, frame)) {
            waiting.add(() -> receiver.accept(frame));
            return;
        }
        if (cuts.isCut(from, to) || (gate != Gate.OPEN && !passes(from, to, frame))) {
            lost++;
            return;
        }
        if (pageNanos > 0 && to == pagesTo && Frames.isOf(Message.Type.PAGE_DATA, frame)) {
            pagesUntil = Math.max(pagesUntil, time.now()) + frame.length / PAGE * pageNanos;
            time.in(pagesUntil - time.now(), () -> receiver.accept(frame));
            return;
        }
        remember(to, frame, receiver);
        if (heldUp[to] > 0 && rng.chance(HELD_UP)) {
            tally.saw(Fault.LONG_DELAY);
            long delay = rng.between(1, heldUp[to]);
            heldUpUntil = Math.max(heldUpUntil, time.now() + delay);
            long views = tally.of(Tally.Count.NEW_VIEWS);
            long keys = tally.keyChangesOf(to);
            time.in(delay, () -> {
                if (tally.of(Tally.Count.NEW_VIEWS) >= views + SEVERAL && tally.keyChangesOf(to) >= keys + SEVERAL) {
                    tally.was(Situation.HELD_OVER_VIEWS_AND_KEYS);
                }
                receiver.accept(frame);
            });
            return;
        }
        if (!storm) {
            deliver(from, to, frame, receiver);
            return;
        }
        if (rng.chance(weather.loss())) {
            tally.saw(Fault.LOSS);
            return;
        }
        if (rng.chance(weather.duplication())) {
            tally.saw(Fault.DUPLICATION);
            deliver(from, to, frame, receiver);
        }
        if (rng.chance(weather.replay()) && !memory.get(to).isEmpty()) {
            tally.saw(Fault.REPLAY);
            rng.pick(memory.get(to)).run();
        }
        if (rng.chance(weather.corruption())) {
            tally.saw(Fault.CORRUPTION);
            deliver(from, to, corrupt(frame), receiver);
        } else {
            deliver(from, to, frame, receiver);
        }
    }

    /** A frame on which COMMITs ride passes where they may. */
    private boolean passes(int from, int to, byte[] frame) {
        return gate.lets(from, to, Frames.type(frame))
                && (Frames.riding(frame).isEmpty() || gate.lets(from, to, Message.Type.COMMIT));
    }

    private void remember(int to, byte[] frame, Consumer<byte[]> receiver) {
        if (weather.replay() == 0 || frozen || !rng.chance(1.0 / MEMORY)) {
            return;
        }
        List<Runnable> old = memory.get(to);
        Runnable again = () -> time.in(rng.between(1, weather.delayMax()), () -> receiver.accept(frame));
        if (old.size() < MEMORY) {
            old.add(again);
        } else {
            old.set(rng.below(MEMORY), again);
        }
    }

    private void deliver(int from, int to, byte[] frame, Consumer<byte[]> receiver) {
        int link = from * nodes + to;
        long base = delays[link] * Math.max(slowness[from], slowness[to]);
        long arrival = time.now() + base + rng.between(0, base / 2);
        if (storm && reorders && rng.chance(0.1)) {
            arrival += rng.between(0, 10 * base);
        } else if (!reorders || !storm) {
            arrival = Math.max(arrival, lastArrival[link]);
        }
        if (arrival < lastArrival[link]) {
            tally.saw(Fault.REORDERING);
        }
        lastArrival[link] = Math.max(arrival, lastArrival[link]);
        time.in(arrival - time.now(), () -> receiver.accept(frame));
    }

    private byte[] corrupt(byte[] frame) {
        int kind = rng.below(4);
        if (kind == 0) {
            return Arrays.copyOf(frame, rng.below(frame.length + 1));
        }
        if (kind == 1) {
            return Arrays.copyOf(frame, frame.length + 1 + rng.below(CHANGES));
        }
        byte[] changed = frame.clone();
        int changes = 1 + rng.below(CHANGES);
        for (int i = 0; i < changes && changed.length > 0; i++) {
            int at = rng.below(kind == 2 ? changed.length : Math.min(changed.length, 64));
            changed[at] ^= (byte) (1 << rng.below(8));
        }
        return changed;
    }
}
