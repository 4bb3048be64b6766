package dev.bft.sim;

import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;
import dev.bft.protocol.Fact;
import dev.bft.protocol.Replica;
import dev.bft.protocol.ReplicaStatus;
import dev.bft.protocol.Saved;
import dev.bft.state.PagedState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One replica with its disk, its coprocessor and its watchdog: the production core inside, and around it what the
 * host does. It may die between any two effects of a step.
 */
final class SimReplica {
    private static final int STATUS_EVERY = 32;
    private static final long SAVE_DEADLINE = 20 * Plan.SECONDS;

    private final int id;
    private final World world;
    private final Rng rng;
    private final SimDisk disk;
    private final SimCoprocessor coprocessor;
    private final long tickPeriod;
    private final double clockRate;
    private final WallClock wallClock;
    private final Optional<Traitor> traitor;
    private Optional<Replica> core = Optional.empty();
    private Optional<PagedState> state = Optional.empty();
    private SimService service = new SimService();
    private Optional<StateCheck> states = Optional.empty();
    /** The links that it does not listen to, and until when. */
    private final Map<Long, Long> mutes = new HashMap<>();

    private int life;
    private int boots;
    private long tick;
    private long steps;
    private Optional<Long> saveToken = Optional.empty();
    private boolean dieInStep;
    private boolean dieAtWrite;

    SimReplica(int id, World world, Rng rng, SimCoprocessor coprocessor) {
        this.id = id;
        this.world = world;
        this.rng = rng;
        Ledger ledger = world.checks().ledger(id);
        this.disk = new SimDisk(world.time(), world.plan(), rng.split("disk", 0), world.tally(), new SimDisk.Watcher() {
            @Override
            public void durable(Effect effect) {
                ledger.durable(effect);
            }

            @Override
            public void restarted(DiskImage image, boolean whole) {
                ledger.restart(image, whole);
            }
        });
        this.coprocessor = coprocessor;
        this.traitor = world.plan().isTraitor(id) ? Optional.of(Traitor.in(world, id, rng)) : Optional.empty();
        this.tickPeriod = rng.between(4, 10) * Plan.MILLIS;
        boolean drifts = world.plan().has(Fault.CLOCK_DRIFT);
        this.wallClock = new WallClock(rng.split("wall", id));
        this.clockRate = drifts ? 0.9 + rng.fraction() / 5 : 1;
        if (drifts) {
            world.tally().saw(Fault.CLOCK_DRIFT);
        }
    }

    boolean isUp() {
        return core.isPresent();
    }

    SimDisk disk() {
        return disk;
    }

    /** What it says of itself; empty while it is down. */
    Optional<ReplicaStatus> status() {
        return core.map(Replica::status);
    }

    /** Starts a process with the tick of the last recovery. */
    void boot() {
        if (isUp()) {
            return;
        }
        life++;
        boots++;
        wallClock.set(world.time().now());
        int mine = life;
        Saved saved = disk.boot(tick, token -> persisted(token));
        int protocolPages = Replica.protocolPages(world.plan().tunables().sessions());
        PagedState pages = new PagedState(disk, protocolPages, SimService.PAGES);
        service = new SimService();
        Replica replica = new Replica(world.plan().settings(id), pages, service, world.keys());
        state = Optional.of(pages);
        core = Optional.of(replica);
        states = Optional.of(new StateCheck(world.plan(), pages));
        world.checks().booted(id);
        world.trace().mark('B', id, boots, saved.seqno());
        step(new Event.Booted(rng.bytes(32), saved));
        status().ifPresent(status -> world.checks().status(id, status));
        world.time().in(rng.between(0, tickPeriod), () -> ticks(mine));
        world.booted(id);
    }

    private void ticks(int of) {
        if (of == life && isUp()) {
            long now = (long) (world.time().now() * clockRate);
            world.time().in(tickPeriod, () -> ticks(of));
            long wall = wallClock.micros(world.time().now());
            world.checks().clock(id, wall);
            step(new Event.Tick(now, wall));
        }
    }

    /** An operator wants another primary. */
    void handOver() {
        step(new Event.HandOverAsked());
    }

    /** Its state becomes another than that of the others, and it does not know. */
    void goAstray() {
        service.goAstray();
        world.checks().goesAstray(id);
    }

    /** Its connection to another replica stands, or broke. */
    void reached(int replica, boolean stands) {
        if (isUp() && replica != id) {
            step(new Event.Reached(replica, stands));
        }
    }

    /** A frame arrives on a link. */
    void arrives(long link, byte[] frame) {
        // What waits at its sender in truth is lost here: both may happen.
        if (isUp() && mutes.getOrDefault(link, 0L) <= world.time().now()) {
            world.checks().arrives(id, frame);
            long held = traitor.map(t -> t.holdsBack(frame)).orElse(0L);
            int mine = life;
            if (held == 0) {
                step(new Event.Received(link, frame));
            } else {
                world.time().in(held, () -> hears(link, frame, mine));
            }
        }
    }

    private void hears(long link, byte[] frame, int of) {
        if (of == life && isUp()) {
            step(new Event.Received(link, frame));
        }
    }

    private void persisted(long token) {
        step(new Event.Persisted(token));
        if (isUp() && saveToken.filter(t -> t <= token).isPresent()) {
            saveToken = Optional.empty();
            world.saved(id);
        }
    }

    private void step(Event event) {
        world.trace().event(id, event);
        List<Effect> effects = effects(event);
        effects.forEach(this::check);
        state.ifPresent(pages -> world.checks().stepped(id, pages));
        if (traitor.isEmpty()) {
            states.orElseThrow().check(id, effects);
        }
        int end = effects.size();
        if (dieInStep && end > 1) {
            end = rng.below(end);
        }
        for (int i = 0; i < end; i++) {
            perform(effects.get(i));
        }
        if (end < effects.size()) {
            world.tally().saw(Fault.CRASH_IN_STEP);
            world.died(id);
        } else if (isUp() && ++steps % STATUS_EVERY == 0) {
            status().ifPresent(status -> world.checks().status(id, status));
        }
    }

    /** What the core wants, or what its traitor makes of it; whose core may break over what its lies led to. */
    private List<Effect> effects(Event event) {
        if (traitor.isEmpty()) {
            return core.orElseThrow().step(event);
        }
        List<Effect> wanted;
        try {
            wanted = core.orElseThrow().step(event);
        } catch (RuntimeException e) {
            world.tally().count(Tally.Count.TRAITORS_BROKEN);
            world.died(id);
            return List.of();
        }
        return traitor.get().instead(event, wanted);
    }

    /** Looks at an effect before any of its step is performed: even if the replica dies first, it was meant. */
    private void check(Effect effect) {
        if (effect instanceof Effect.SendToReplica send) {
            world.checks().leaves(id, send.frame());
        } else if (effect instanceof Effect.Append append) {
            world.checks().records(id, append.record());
        } else if (effect instanceof Effect.Report report) {
            world.trace().fact(id, report.fact());
            world.checks().fact(id, report.fact());
            if (report.fact() instanceof Fact.TransferDone && service.hasStrayed()) {
                world.checks().comesBack(id);
            }
            if (report.fact() instanceof Fact.Alarm alarm && traitor.isEmpty()) {
                world.alarm(id, alarm.text());
            }
        }
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.SendToReplica send) {
            world.send(id, send.replica(), send.frame());
        } else if (effect instanceof Effect.SendToLink send) {
            world.checks().leavesForClient(id, send.frame());
            world.sendToLink(id, send.link(), send.frame());
        } else if (effect instanceof Effect.Mute mute) {
            world.tally().was(Situation.MUTED);
            mutes.put(mute.link(), world.time().now() + mute.nanos());
        } else if (effect instanceof Effect.Sign sign) {
            answer(coprocessor.sign(sign));
        } else if (effect instanceof Effect.Open open) {
            answer(coprocessor.open(open));
        } else if (effect instanceof Effect.Saved save) {
            disk.save();
            saveToken = Optional.of(save.token());
        } else if (effect instanceof Effect.Append
                || effect instanceof Effect.NewSegment
                || effect instanceof Effect.Install) {
            disk.submit(effect);
            dieDuringWrite();
        }
    }

    private void answer(Event event) {
        int mine = life;
        world.time().in(rng.between(100, 2000) * Plan.MICROS, () -> {
            if (mine == life && isUp()) {
                step(event);
            }
        });
    }

    private void dieDuringWrite() {
        if (dieAtWrite) {
            dieAtWrite = false;
            int mine = life;
            long until = 2 * world.plan().disks().max();
            world.time().in(rng.between(0, until), () -> {
                if (mine == life && isUp()) {
                    world.tally().saw(Fault.CRASH_AT_WRITE);
                    world.died(id);
                }
            });
        }
    }

    /** It will die in the middle of a step soon. */
    void dieInStep() {
        dieInStep = true;
    }

    /** It will die while something is being written. */
    void dieAtWrite() {
        dieAtWrite = true;
    }

    /** The process is gone. */
    void die() {
        life++;
        core = Optional.empty();
        state = Optional.empty();
        mutes.clear();
        saveToken = Optional.empty();
        dieInStep = false;
        dieAtWrite = false;
        disk.crash();
        world.trace().mark('D', id, life, 0);
    }

    /** The machine loses power: the coprocessor's block of numbers is gone. */
    void losePower() {
        coprocessor.powerCut();
    }

    /** The watchdog asks for a save; {@link World#saved} follows, or the deadline passes. */
    void askForSave() {
        int mine = life;
        step(new Event.SaveAsked(tick + 1));
        world.time().in(SAVE_DEADLINE, () -> {
            if (mine == life && saveToken.isPresent()) {
                world.saved(id);
            }
        });
    }

    /** Whether a save for the next tick reached the disk. */
    boolean tickOnDiskIsNext() {
        return disk.tickOnDisk() == tick + 1;
    }

    /** The next boot is a recovery. */
    void nextTick() {
        tick++;
    }
}
