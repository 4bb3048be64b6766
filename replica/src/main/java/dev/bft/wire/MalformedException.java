package dev.bft.wire;

/** Bytes from outside that are not what they claim to be; always handled by dropping and counting. */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the bytes. No stack trace is taken: hostile input must stay cheap. */
    public MalformedException(String what) {
        super(what, null, false, false);
    }
}
