package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.watchdog.sandbox.Exit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A world drawn at random around a monitor: its jobs succeed or fail, its replica talks, hangs, lies and dies. */
final class MonitorWalk {

    private static final int STEPS = 20_000;

    private final Random random;
    private final long seed;
    private final Monitor monitor = new Monitor(MonitorSettings.of(5_000, 120_000), BootNumbers.NONE);
    private final List<MonitorEvent> due = new ArrayList<>();
    private long now;
    private long alive = -1;
    private boolean killed;
    private boolean ended;
    private long lastBoot;
    private long lastTick;
    private int spawns;

    MonitorWalk(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    void run() {
        take(new MonitorEvent.Started());
        for (int i = 0; i < STEPS && !ended; i++) {
            now += random.nextInt(100);
            if (!due.isEmpty() && random.nextInt(3) > 0) {
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
        long boot = random.nextInt(10) == 0 ? Math.max(0, alive - 1) : alive;
        return switch (random.nextInt(12)) {
            case 0 ->
                new MonitorEvent.RecoverAsked(i, "walk", random.nextBoolean() ? IfNotSaved.REFUSE : IfNotSaved.KILL, 0);
            case 1 -> new MonitorEvent.Reported(boot, new ReplicaReport.Ready(boot));
            case 2 -> new MonitorEvent.Reported(boot, new ReplicaReport.Progress("loaded"));
            case 3, 4 ->
                new MonitorEvent.Reported(boot, new ReplicaReport.SaveDone(lastTick + random.nextInt(3), true));
            case 5 -> new MonitorEvent.Broken("walk");
            case 6 -> crash();
            default -> new MonitorEvent.TimePassed();
        };
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
            assertThat(keep.numbers().boot()).isGreaterThanOrEqualTo(lastBoot);
            assertThat(keep.numbers().tick()).isBetween(lastTick, lastTick + 1);
            lastBoot = keep.numbers().boot();
            lastTick = keep.numbers().tick();
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

    private void spawn(MonitorAction.Spawn spawn) {
        assertThat(alive).as("a second process, seed %d", seed).isEqualTo(-1);
        assertThat(spawn.boot()).as("a boot number used twice, seed %d", seed).isEqualTo(lastBoot);
        assertThat(spawn.tick()).isEqualTo(lastTick);
        spawns++;
        if (random.nextInt(10) == 0) {
            due.add(new MonitorEvent.SpawnFailed(spawn.boot(), "walk"));
            return;
        }
        alive = spawn.boot();
        killed = false;
        take(new MonitorEvent.Spawned(spawn.boot(), 1));
    }

    private MonitorEvent image(long boot) {
        return random.nextInt(5) == 0
                ? new MonitorEvent.ImageRefused(boot, "walk")
                : new MonitorEvent.ImageAccepted(boot, "digest");
    }
}
