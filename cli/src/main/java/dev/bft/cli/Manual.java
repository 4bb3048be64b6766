package dev.bft.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a command's help ends with; {@link Footer} writes it, and the man pages are made from it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Manual {

    /** Command lines that work as typed, each followed by a line of what it does. */
    String[] examples();

    /** How the command can end, besides 0, 1 and 2. */
    ExitCode[] exits() default {};

    /** What one of its exit codes means here, as "10: no such key", instead of the meaning it has everywhere. */
    String[] meanings() default {};
}
