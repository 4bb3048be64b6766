package dev.bft.cli;

/** A command cannot do what it was told; the message says what is wrong, where, and what to do. */
final class CommandException extends Exception {

    private static final long serialVersionUID = 1;

    private final ExitCode exit;

    CommandException(ExitCode exit, String message) {
        super(message);
        this.exit = exit;
    }

    CommandException(ExitCode exit, String message, Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    /** How the process ends. */
    ExitCode exit() {
        return exit;
    }
}
