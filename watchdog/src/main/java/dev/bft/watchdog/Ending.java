package dev.bft.watchdog;

import dev.bft.watchdog.MonitorAction.Answer;
import java.util.ArrayList;
import java.util.List;

/** The order to stop, once it was given, and who waits for the end. */
final class Ending {

    private final List<Long> tickets = new ArrayList<>();

    boolean isOrdered() {
        return !tickets.isEmpty();
    }

    /** Takes an order; it may have been given before. */
    Answer order(long ticket) {
        tickets.add(ticket);
        return new Answer(ticket, new ControlMessage.Accepted());
    }

    /** All is over. */
    List<MonitorAction> over() {
        List<MonitorAction> actions = new ArrayList<>();
        tickets.forEach(ticket -> actions.add(new Answer(ticket, new ControlMessage.Stopped())));
        actions.add(new MonitorAction.End());
        return actions;
    }
}
