package dev.bft.sim;

import java.util.List;

/** One thing a faulty replica does to what its core says. */
interface Misdeed {
    /** What leaves instead of this message: nothing, the same, another, or several. */
    default List<Outgoing> instead(Outgoing said) {
        return List.of(said);
    }

    /** What it says without any reason. */
    default List<Outgoing> unprompted() {
        return List.of();
    }
}
