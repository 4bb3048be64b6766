package dev.bft.watchdog;

import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.watchdog.MonitorAction.Keep;
import dev.bft.watchdog.MonitorAction.Spawn;
import dev.bft.watchdog.MonitorAction.Tell;
import java.util.List;

/**
 * The numbers of boot and recovery, and the tick that the running replica was told to save for.
 *
 * <p>A save for the next tick is open from before it is asked for until somebody knows what came of it: the replica
 * that it is done, or the next one, which takes what it finds, be it for this tick or the next, and keeps it for the
 * next before it says a word. From then on what was kept for this tick counts for nobody: ticks only grow.
 */
final class Numbering {

    private BootNumbers numbers;
    private long saveTick;
    private boolean bootedAmidSave;

    Numbering(BootNumbers numbers) {
        this.numbers = numbers;
        this.saveTick = numbers.tick();
    }

    BootNumbers numbers() {
        return numbers;
    }

    long boot() {
        return numbers.boot();
    }

    long tick() {
        return numbers.tick();
    }

    Keep nextBoot() {
        numbers = numbers.nextBoot();
        return new Keep(numbers);
    }

    Spawn spawn() {
        return new Spawn(numbers.boot(), numbers.bootTick(), numbers.tick());
    }

    /** A new process was told nothing. */
    void spawned() {
        saveTick = numbers.tick();
        bootedAmidSave = numbers.saving();
    }

    /** The process speaks, so what it keeps is for the tick that it was booted with. */
    List<MonitorAction> heard() {
        if (!bootedAmidSave) {
            return List.of();
        }
        bootedAmidSave = false;
        saveTick = numbers.bootTick();
        return keepSaved();
    }

    /** The order follows the numbers: whoever finds what is saved must find that it was asked for. */
    List<MonitorAction> saveForRecovery() {
        saveTick = numbers.tick() + 1;
        if (numbers.saving()) {
            return List.of(tell());
        }
        numbers = numbers.beginSave();
        return List.of(new Keep(numbers), tell());
    }

    /** For the tick that is, unless what the replica keeps may be for the next one already. */
    List<MonitorAction> saveForStop() {
        saveTick = numbers.bootTick();
        return List.of(tell());
    }

    private Tell tell() {
        return new Tell(new WatchdogOrder.Save(saveTick));
    }

    boolean isSave(long tick) {
        return tick == saveTick;
    }

    /** From now on the replica is booted with the tick that it was told to save for, and with no other. */
    List<MonitorAction> keepSaved() {
        if (numbers.tick() == saveTick) {
            return List.of();
        }
        numbers = numbers.nextTick();
        return List.of(new Keep(numbers));
    }
}
