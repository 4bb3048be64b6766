package dev.bft.sim;

import dev.bft.wire.Message;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;

/** A faulty replica that says the same again and again, of one type of message after the other (S72). */
final class FloodMisdeeds implements Misdeed {
    /** Frames to each replica at every tick. */
    private static final int AT_ONCE = 60;

    /** Ticks for one type. */
    private static final int TURN = 200;

    private final Insider insider;
    private final EnumMap<Message.Type, Message> last = new EnumMap<>(Message.Type.class);
    private int ticks;

    FloodMisdeeds(Insider insider) {
        this.insider = insider;
    }

    @Override
    public List<Outgoing> instead(Outgoing said) {
        last.put(said.message().type(), said.message());
        return List.of(said);
    }

    @Override
    public List<Outgoing> unprompted() {
        if (last.isEmpty()) {
            return List.of();
        }
        List<Message> all = List.copyOf(last.values());
        List<Outgoing> once = insider.toAll(all.get(ticks++ / TURN % all.size()));
        List<Outgoing> flood = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            flood.addAll(once);
        }
        return flood;
    }
}
