package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How views and checkpoints came and went in six scenarios, line by line: a change of the protocol shows in the diff of
 * these files what it does. {@code -Dgolden=write} writes them anew.
 */
class TranscriptTest {
    private static final Pattern TOLD = Pattern.compile("receives (VIEW_CHANGE|VIEW_CHANGE_ACK|NEW_VIEW|DECIDED) "
            + "|reports (ViewLeft|ViewEntered|Stable|TransferDone|Amnesia|Alarm)\\[| boots with | simulation ");

    private static final Path FILES =
            Path.of(System.getProperty("basedir", ""), "src", "test", "resources", "transcripts");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s8-silent",
                "s9-equivocation",
                "s22-two-view-changes",
                "s31-one-holder",
                "ag11-evidence-then-view-change",
                "ag12-power-cut-in-a-later-view"
            })
    void aScenarioIsPlayedAsWritten(String name) throws IOException {
        String played = played(name);
        Path file = FILES.resolve(name + ".txt");
        if ("write".equals(System.getProperty("golden"))) {
            Files.createDirectories(FILES);
            Files.writeString(file, played);
        }
        assertThat(played).isEqualTo(Files.readString(file));
    }

    /** What is told of views and checkpoints until everything heals. */
    private static String played(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        Outcome outcome = Scenarios.of(name).run(1, 4, Optional.of(printed));
        assertThat(outcome.violation()).isEmpty();
        List<String> lines = out.toString(StandardCharsets.UTF_8)
                .lines()
                .takeWhile(line -> !line.contains("everything heals"))
                .filter(line -> TOLD.matcher(line).find())
                .toList();
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }
}
