package dev.bft.watchdog;

import dev.bft.coprocessor.WatchdogOrder;
import java.util.SortedMap;

/** What a {@link Monitor} wants done, in this order. */
sealed interface MonitorAction {

    /** Keep these numbers on disk. */
    record Keep(BootNumbers numbers) implements MonitorAction {}

    /** Copy the image for this boot and verify the copy. */
    record PrepareBoot(long boot) implements MonitorAction {}

    /** Verify the copy once more: whoever could have changed it since is dead. */
    record VerifyBoot(long boot) implements MonitorAction {}

    /**
     * Start the process of this boot, with a coprocessor at its side.
     *
     * @param tickBefore the tick that what it finds may be for as well; the same as its own if there is none
     */
    record Spawn(long boot, long tick, long tickBefore) implements MonitorAction {}

    /** Tell the replica. */
    record Tell(WatchdogOrder order) implements MonitorAction {}

    /** Kill the process with a signal it cannot refuse. */
    record Kill() implements MonitorAction {}

    /** Write an audit record; a claim is what the replica said. */
    record Audit(String kind, boolean claim, SortedMap<String, String> fields) implements MonitorAction {}

    /** Answer an operator. */
    record Answer(long ticket, ControlMessage message) implements MonitorAction {}

    /** All is over: the replica is proved dead and stays so. */
    record End() implements MonitorAction {}
}
