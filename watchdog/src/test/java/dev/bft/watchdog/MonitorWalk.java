package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.watchdog.sandbox.Exit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A world drawn at random around a monitor: its jobs succeed or fail, its replica talks, hangs, lies and dies, and the
 * watchdog is killed too. The replica that never lies must never lose its votes.
 */
final class MonitorWalk {

    private static final int STEPS = 20_000;

    private final Random random;
    private final long seed;
    private final boolean honest;
    private final List<MonitorEvent> due = new ArrayList<>();
    private Monitor monitor = monitor(BootNumbers.NONE);
    private long now;
    private long alive = -1;
    private boolean killed;
    private boolean ended;
    /** What was given to the disk last, and what is on it for certain. */
    private BootNumbers kept = BootNumbers.NONE;

    private BootNumbers onDisk = BootNumbers.NONE;
    /** Below this tick no votes may count again. */
    private long tickInForce;
    /** The tick that the replica's votes are for, and the one that it was told to save for. */
    private long votesTick;

    private long saveTick;
    private long loadTick;
    private int spawns;

    MonitorWalk(long seed, boolean honest) {
        this.seed = seed;
        this.honest = honest;
        this.random = new Random(seed);
    }

    private static Monitor monitor(BootNumbers numbers) {
        return new Monitor(MonitorSettings.of(5_000, 120_000), numbers);
    }

    void run() {
        take(new MonitorEvent.Started());
        for (int i = 0; i < STEPS && !ended; i++) {
            now += random.nextInt(100);
            if (random.nextInt(100) == 0) {
                killTheWatchdog();
            } else if (!due.isEmpty() && random.nextInt(3) > 0) {
                take(due.remove(random.nextInt(due.size())));
            } else if (monitor.wakeAt() != Long.MAX_VALUE && random.nextInt(4) == 0) {
                now = Math.max(now, monitor.wakeAt());
                take(new MonitorEvent.TimePassed());
            } else {
                take(happening(i));
            }
        }
        assertThat(spawns).as("processes started, seed %d", seed).isGreaterThan(20);
        finish();
    }

    /** Its replica dies with it, and the last numbers it gave to the disk may be there or not. */
    private void killTheWatchdog() {
        kept = random.nextBoolean() ? kept : onDisk;
        onDisk = kept;
        monitor = monitor(kept);
        alive = -1;
        killed = false;
        due.clear();
        take(new MonitorEvent.Started());
    }

    /** From any state, a stop ends, and with it the process. */
    private void finish() {
        take(new MonitorEvent.StopAsked(-1));
        for (int i = 0; i < 100 && !ended; i++) {
            if (!due.isEmpty()) {
                take(due.remove(0));
            } else {
                now = Math.max(now, monitor.wakeAt());
                take(new MonitorEvent.TimePassed());
            }
        }
        assertThat(ended).as("ended, seed %d", seed).isTrue();
        assertThat(alive).as("process alive, seed %d", seed).isEqualTo(-1);
    }

    private MonitorEvent happening(int i) {
        boolean patient = honest || random.nextBoolean();
        return switch (random.nextInt(12)) {
            case 0 -> new MonitorEvent.RecoverAsked(i, "walk", patient ? IfNotSaved.REFUSE : IfNotSaved.KILL, 0);
            case 1 -> reported(new ReplicaReport.Ready(alive));
            case 2 -> reported(new ReplicaReport.Progress("loaded"));
            case 3, 4 -> honest ? save() : reported(new ReplicaReport.SaveDone(kept.tick() + random.nextInt(3), true));
            case 5 -> new MonitorEvent.Broken("walk");
            case 6 -> crash();
            default -> new MonitorEvent.TimePassed();
        };
    }

    private MonitorEvent reported(ReplicaReport report) {
        if (!honest) {
            return new MonitorEvent.Reported(random.nextInt(10) == 0 ? Math.max(0, alive - 1) : alive, report);
        }
        load();
        return alive < 0 ? new MonitorEvent.TimePassed() : new MonitorEvent.Reported(alive, report);
    }

    /** Before its first word a replica binds its votes to the tick of its boot. */
    private void load() {
        if (alive >= 0 && loadTick >= 0) {
            votesTick = loadTick;
            loadTick = -1;
        }
    }

    /** Saves if it was told to, and perhaps says so. */
    private MonitorEvent save() {
        load();
        if (alive < 0 || saveTick < 0) {
            return new MonitorEvent.TimePassed();
        }
        votesTick = saveTick;
        return random.nextBoolean()
                ? new MonitorEvent.TimePassed()
                : new MonitorEvent.Reported(alive, new ReplicaReport.SaveDone(saveTick, true));
    }

    private MonitorEvent crash() {
        if (alive < 0 || killed) {
            return new MonitorEvent.TimePassed();
        }
        killed = true;
        due.add(new MonitorEvent.Died(alive, new Exit(false, 1)));
        return new MonitorEvent.TimePassed();
    }

    private void take(MonitorEvent event) {
        if (event instanceof MonitorEvent.Died) {
            alive = -1;
        }
        monitor.step(event, now).forEach(this::obey);
    }

    private void obey(MonitorAction action) {
        assertThat(ended).as("an action after the end, seed %d", seed).isFalse();
        if (action instanceof MonitorAction.Keep keep) {
            keep(keep.numbers());
        } else if (action instanceof MonitorAction.Tell tell && tell.order() instanceof WatchdogOrder.Save save) {
            onDisk = kept;
            saveTick = save.nextTick();
            assertThat(saveTick).as("told to save, seed %d", seed).isEqualTo(kept.bootTick());
        } else if (action instanceof MonitorAction.PrepareBoot prepare) {
            due.add(image(prepare.boot()));
        } else if (action instanceof MonitorAction.VerifyBoot verify) {
            assertThat(alive)
                    .as("verified beside a live process, seed %d", seed)
                    .isEqualTo(-1);
            due.add(image(verify.boot()));
        } else if (action instanceof MonitorAction.Spawn spawn) {
            spawn(spawn);
        } else if (action instanceof MonitorAction.Kill) {
            assertThat(alive).as("nothing to kill, seed %d", seed).isNotEqualTo(-1);
            if (!killed) {
                due.add(new MonitorEvent.Died(alive, new Exit(true, 9)));
            }
            killed = true;
        } else if (action instanceof MonitorAction.End) {
            ended = true;
        }
    }

    /** A tick begins with a save for it that is open, and ends that one. */
    private void keep(BootNumbers numbers) {
        assertThat(numbers.boot()).isGreaterThanOrEqualTo(kept.boot());
        assertThat(numbers.tick()).isBetween(kept.tick(), kept.bootTick());
        boolean ended = kept.saving() && !numbers.saving();
        assertThat(numbers.tick() > kept.tick())
                .as("a save ended, seed %d", seed)
                .isEqualTo(ended);
        kept = numbers;
    }

    private void spawn(MonitorAction.Spawn spawn) {
        assertThat(alive).as("a second process, seed %d", seed).isEqualTo(-1);
        assertThat(spawn.boot()).as("a boot number used twice, seed %d", seed).isEqualTo(kept.boot());
        assertThat(spawn.tick()).isEqualTo(kept.bootTick());
        assertThat(spawn.tickBefore()).isEqualTo(kept.tick()).isGreaterThanOrEqualTo(tickInForce);
        onDisk = kept;
        tickInForce = kept.tick();
        if (honest) {
            assertThat(votesTick).as("votes kept, seed %d", seed).isIn(spawn.tick(), spawn.tickBefore());
        }
        spawns++;
        if (random.nextInt(10) == 0) {
            due.add(new MonitorEvent.SpawnFailed(spawn.boot(), "walk"));
            return;
        }
        alive = spawn.boot();
        killed = false;
        loadTick = spawn.tick();
        saveTick = -1;
        take(new MonitorEvent.Spawned(spawn.boot(), 1));
    }

    private MonitorEvent image(long boot) {
        return random.nextInt(5) == 0
                ? new MonitorEvent.ImageRefused(boot, "walk")
                : new MonitorEvent.ImageAccepted(boot, "digest");
    }
}
