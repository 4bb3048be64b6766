package dev.bft.net;

/** A link must be cut, for this reason. */
final class CutException extends Exception {
    private final Loss why;

    /** No stack trace is taken: hostile input must stay cheap. */
    CutException(Loss why) {
        super(why.name(), null, false, false);
        this.why = why;
    }

    Loss why() {
        return why;
    }
}
