package dev.bft.keystore;

/** Bytes from outside that are not what they should be. */
public final class BadBytesException extends Exception {

    private static final long serialVersionUID = 1;

    /** Says what is wrong with them. */
    public BadBytesException(String message) {
        super(message);
    }
}
