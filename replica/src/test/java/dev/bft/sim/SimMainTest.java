package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimMainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) throws InterruptedException {
        return SimMain.run(args, stream(out), stream(err));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aSweepPrintsWhatItSaw() throws InterruptedException {
        assertThat(run("run", "--seeds", "2", "--first", "5", "--batches", "400", "--threads", "1"))
                .isZero();
        assertThat(text(out)).contains("seeds 5 to 6, 4 replicas: 2 held every invariant, 0 did not", "batches ");
    }

    @Test
    void aSweepForProgramsIsOneObject() throws InterruptedException {
        assertThat(run("run", "--seeds", "1", "--batches", "200", "-o", "json")).isZero();
        assertThat(text(out).strip())
                .startsWith("{\"v\":1,\"first\":1,\"seeds\":1,\"replicas\":4,\"violations\":[]")
                .endsWith("}}");
    }

    @Test
    void aSeedThatBrokeARuleIsShownWithWhatRunsItAgain() {
        assertThat(broken(SimMain.BATCHES)).contains("again with: bft sim replay 9 --replicas 7 --trace");
        assertThat(broken(400)).contains("again with: bft sim replay 9 --replicas 7 --batches 400 --trace");
    }

    private static List<String> broken(int batches) {
        SweepReport report = new SweepReport(new Sweep.Range(9, 1, 7, batches, 1));
        Optional<Violation> violation = Optional.of(new Violation("agreement", "two batches"));
        report.add(new Outcome(Plan.draw(9, 7, batches), 1, 1, 0, new Tally(), violation));
        return report.lines();
    }

    @Test
    void aReplayPrintsTheSameEachTime() throws InterruptedException {
        List<String> args = List.of("replay", "7", "--batches", "100", "--trace");
        assertThat(run(args.toArray(String[]::new))).isZero();
        String first = text(out);
        out.reset();
        assertThat(run(args.toArray(String[]::new))).isZero();
        assertThat(text(out))
                .isEqualTo(first)
                .contains("seed 7, 4 replicas", "reports Committed[", "PRE_PREPARE v0 n1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "walk",
                "replay",
                "replay x",
                "run --seeds",
                "run --seeds 0",
                "run --replicas 5",
                "run --replicas 10",
                "run -o xml",
                "run --fast",
            })
    void whatItDoesNotKnowIsAUsageError(String line) throws InterruptedException {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(text(err)).contains("usage: run");
    }
}
