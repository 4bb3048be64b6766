package dev.bft.watchdog.key;

/** The counter could not be written: the process must end, since the next number is not known to be safe. */
final class CounterLostException extends Exception {

    private static final long serialVersionUID = 1;

    CounterLostException(Throwable cause) {
        super("the counter cannot be written: " + cause.getMessage(), cause);
    }
}
