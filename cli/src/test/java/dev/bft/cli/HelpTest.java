package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every command explains itself, and what it shows can be typed. */
final class HelpTest {

    private static final int EXAMPLES = 3;
    private static final int LINE_LENGTH_MAX = 100;

    static Stream<String> commands() {
        List<String> names = new ArrayList<>();
        collect(Main.commandLine(), names);
        return names.stream();
    }

    private static void collect(CommandLine command, List<String> names) {
        names.add(command.getCommandSpec().qualifiedName());
        command.getSubcommands().values().forEach(below -> collect(below, names));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasAtLeastThreeExamplesAndItsExitCodes(String command) {
        Typed help = Typed.run(words(command + " --help"));
        assertThat(help.exit()).isZero();
        assertThat(help.out()).contains("Usage: " + command, "Examples:", "Exit codes:\n  0  done\n");
        String examples = help.out().replaceFirst("(?s).*Examples:\n", "").replaceFirst("(?s)\nExit codes:.*", "");
        assertThat(examples.lines().filter(line -> line.startsWith("  bft ")).count())
                .isGreaterThanOrEqualTo(EXAMPLES);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noLineOfTheHelpIsTooLongForATerminal(String command) {
        assertThat(Typed.run(words(command + " --help")).out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(LINE_LENGTH_MAX));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyExampleIsUnderstood(String command) {
        Typed.run(words(command + " --help"))
                .out()
                .lines()
                .filter(line -> line.startsWith("  bft "))
                .flatMap(line -> Arrays.stream(line.split("&&|\\|\\|?|[<>]", -1)))
                .map(String::strip)
                .filter(line -> line.startsWith("bft "))
                .forEach(line -> assertThatCode(
                                () -> Main.commandLine().parseArgs(words(line.replaceAll("'[^']*'", "text"))))
                        .as(line)
                        .doesNotThrowAnyException());
    }

    @Test
    void theHelpCommandShowsWhatTheOptionShows() {
        assertThat(Typed.run("help", "kv", "cas").out())
                .isEqualTo(Typed.run("kv", "cas", "--help").out());
    }

    @Test
    void theVersionIsPrintedInBothWays() {
        assertThat(Typed.run("version").out()).matches("bft [0-9.]+\n");
        assertThat(Typed.run("--version").out()).isEqualTo(Typed.run("version").out());
        assertThat(Typed.run("version", "-o", "json").out()).startsWith("{\"v\":1,\"version\":\"");
    }

    private static String[] words(String line) {
        return line.replaceFirst("^bft *", "").split(" +", -1);
    }
}
