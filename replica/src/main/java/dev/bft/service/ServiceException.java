package dev.bft.service;

/**
 * A deterministic refusal of one operation: the client gets the text, the state is as before.
 *
 * <p>The text is part of the result, so it must be the same at every replica: made from the operation and the
 * state alone, never from an address, a locale or the text of a Java runtime's own exception.
 */
public final class ServiceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A refusal with the text that every replica answers. No stack trace is taken: a refusal must stay cheap. */
    public ServiceException(String text) {
        super(text, null, false, false);
    }
}
