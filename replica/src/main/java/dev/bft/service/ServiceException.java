package dev.bft.service;

/** A deterministic refusal of one operation: the client gets the text, the state is as before. */
public final class ServiceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A refusal with the text that every replica answers. */
    public ServiceException(String text) {
        super(text);
    }
}
