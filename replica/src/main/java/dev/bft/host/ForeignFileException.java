package dev.bft.host;

/**
 * A file of the state folder is whole but not for this replica to use: of another version, cluster, replica or size.
 * The message says which, and what to do; nothing is guessed and nothing is overwritten.
 */
final class ForeignFileException extends Exception {
    ForeignFileException(String message) {
        super(message);
    }
}
