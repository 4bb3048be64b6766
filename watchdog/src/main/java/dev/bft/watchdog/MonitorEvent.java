package dev.bft.watchdog;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.watchdog.sandbox.Exit;

/** What a {@link Monitor} is told. A boot is named by its number, so that what comes late is known for what it is. */
sealed interface MonitorEvent {

    /** The watchdog has started; nothing runs yet. */
    record Started() implements MonitorEvent {}

    /** Time has passed; nothing else happened. */
    record TimePassed() implements MonitorEvent {}

    /** The image was copied for this boot and the copy is what the manifest says. */
    record ImageAccepted(long boot, String digest) implements MonitorEvent {}

    /** The image, or its copy, is not what the manifest says. */
    record ImageRefused(long boot, String why) implements MonitorEvent {}

    /** The process of this boot runs. */
    record Spawned(long boot, int pid) implements MonitorEvent {}

    /** The process of this boot could not be started. */
    record SpawnFailed(long boot, String why) implements MonitorEvent {}

    /** The replica of this boot says something; nothing forces it to tell the truth. */
    record Reported(long boot, ReplicaReport report) implements MonitorEvent {}

    /** The process of this boot is proved dead. */
    record Died(long boot, Exit exit) implements MonitorEvent {}

    /** The replica cannot go on though its process lives: its coprocessor is gone, or its channel is useless. */
    record Broken(String why) implements MonitorEvent {}

    /** An operator, known by a ticket, asks for a recovery. */
    record RecoverAsked(long ticket, String reason, IfNotSaved ifNotSaved, long wallMillis) implements MonitorEvent {}

    /** An operator asks for the end. */
    record StopAsked(long ticket) implements MonitorEvent {}
}
