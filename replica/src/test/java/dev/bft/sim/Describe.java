package dev.bft.sim;

import dev.bft.protocol.Event;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Decided;
import dev.bft.wire.Envelope;
import dev.bft.wire.Fetch;
import dev.bft.wire.Hold;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.NewView;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import dev.bft.wire.Status;
import dev.bft.wire.StatusPending;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChangeAck;
import dev.bft.wire.Vote;

/** Events and frames as a person reads them in a trace. */
final class Describe {
    private Describe() {}

    static String event(Event event) {
        if (event instanceof Event.Received received) {
            return "receives " + frame(received.frame()) + " on link " + received.link();
        }
        if (event instanceof Event.Persisted persisted) {
            return "hears that token " + persisted.token() + " is on disk";
        }
        if (event instanceof Event.Tick tick) {
            return "tick " + tick.nanos();
        }
        if (event instanceof Event.Booted booted) {
            var saved = booted.saved();
            return "boots with tick " + saved.tick() + ", checkpoint " + saved.seqno() + " and "
                    + saved.records().size() + " records" + (saved.intact() ? "" : ", not intact");
        }
        if (event instanceof Event.Reached reached) {
            return (reached.stands() ? "is connected to " : "has lost the connection to ") + reached.replica();
        }
        if (event instanceof Event.SaveAsked asked) {
            return "shall save for tick " + asked.nextTick();
        }
        return "hears from its coprocessor";
    }

    static String frame(byte[] frame) {
        try {
            Envelope envelope = Envelope.read(frame);
            return message(envelope.message()) + " of " + envelope.sender();
        } catch (MalformedException e) {
            return frame.length + " bytes of garbage";
        }
    }

    private static String message(Message message) {
        String type = message.type().name();
        if (message instanceof Vote m) {
            return type + " v" + m.view() + " n" + m.seqno() + " " + m.batch();
        }
        if (message instanceof PrePrepare m) {
            return type + " v" + m.view() + " n" + m.seqno() + " "
                    + m.proposal().digest() + " (" + m.proposal().entries().size() + " requests)";
        }
        if (message instanceof Checkpoint m) {
            return type + " n" + m.seqno() + " " + m.state() + (m.stable() ? " stable" : "");
        }
        if (message instanceof Status m) {
            return type + " v" + m.view() + " h" + m.stable() + " le" + m.executed();
        }
        if (message instanceof StatusPending m) {
            return type + " v" + m.view() + " h" + m.stable() + " le" + m.executed() + (m.newView() ? " has" : " lacks")
                    + " NEW-VIEW, missing " + m.missing().size();
        }
        if (message instanceof ViewChange m) {
            return type + " v" + m.view() + " h" + m.stable() + " C"
                    + m.checkpoints().size() + " P" + m.prepared().size() + " Q"
                    + m.prePrepared().size();
        }
        if (message instanceof Hold m) {
            return type + " v" + m.view() + " n" + m.seqno() + " " + m.batch() + " for " + m.request();
        }
        if (message instanceof ViewChangeAck m) {
            return type + " v" + m.view() + " of " + m.replica() + " " + m.viewChange();
        }
        if (message instanceof NewView m) {
            return type + " v" + m.view() + " h*" + m.checkpoint() + " end " + m.end();
        }
        if (message instanceof Decided m) {
            return type + " n" + m.seqno() + " " + m.batch();
        }
        if (message instanceof Request m) {
            return type + " " + m.session() + "/" + m.base() + "/" + m.number()
                    + (m.open() ? " open" : m.kind() == Request.Kind.REVOKE ? " revoke" : "");
        }
        if (message instanceof Reply m) {
            return type + " " + m.session() + "/" + m.base() + "/" + m.number() + " " + m.outcome();
        }
        if (message instanceof Fetch m) {
            return type + " n" + m.seqno() + " " + m.level() + " " + m.indices();
        }
        return type;
    }
}
