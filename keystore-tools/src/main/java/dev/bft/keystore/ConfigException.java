package dev.bft.keystore;

import java.util.List;

/** A file or setting that is not as it must be; the message says what is wrong, where, and what to do. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1;
    private static final int SHOWN_MAX = 5;

    private final transient List<String> problems;

    /** One problem. */
    public ConfigException(String problem) {
        this(List.of(problem));
    }

    /** One problem with what caused it. */
    public ConfigException(String problem, Throwable cause) {
        super(problem, cause);
        this.problems = List.of(problem);
    }

    /** Several problems, in the order in which a reader of the file meets them. */
    public ConfigException(List<String> problems) {
        super(shown(problems));
        this.problems = List.copyOf(problems);
    }

    /** Every problem, one line each; the message shows the first ones. */
    public List<String> problems() {
        return problems;
    }

    private static String shown(List<String> problems) {
        String first = String.join("\n", problems.subList(0, Math.min(SHOWN_MAX, problems.size())));
        int more = problems.size() - SHOWN_MAX;
        return more > 0 ? first + "\nand " + more + " more" : first;
    }
}
