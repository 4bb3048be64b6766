package dev.bft.watchdog;

import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.watchdog.MonitorAction.Keep;
import dev.bft.watchdog.MonitorAction.Tell;
import java.util.List;

/** The numbers of boot and recovery, and the tick that the running replica was told to save for. */
final class Numbering {

    private BootNumbers numbers;
    private long saveTick;

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

    /** A new process was told nothing. */
    void spawned() {
        saveTick = numbers.tick();
    }

    Tell save(long tick) {
        saveTick = tick;
        return new Tell(new WatchdogOrder.Save(tick));
    }

    boolean isSave(long tick) {
        return tick == saveTick;
    }

    /** From now on the replica is booted with the tick that it was told to save for. */
    List<MonitorAction> keepSaved() {
        if (numbers.tick() == saveTick) {
            return List.of();
        }
        numbers = numbers.withTick(saveTick);
        return List.of(new Keep(numbers));
    }
}
