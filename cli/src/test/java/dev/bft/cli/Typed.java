package dev.bft.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A command line that was run within the test's process.
 *
 * @param exit its exit code
 * @param out what it printed as its result
 * @param err what else it said
 */
record Typed(int exit, String out, String err) {

    /** Runs a command line, its words given one by one. */
    static Typed run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        int exit = line.execute(words);
        return new Typed(exit, out.toString(), err.toString());
    }
}
