package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person reads when a command cannot do what it was told. */
final class FailuresTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sttaus",
                "kv put onlykey",
                "kv put",
                "keygen --replicas many",
                "keygen --nonsense",
                "recover-now",
                "recover-now 1 2 3",
                "status -o xml",
                "kv get k --timeout 5",
                "help nothing"
            })
    void aWrongCommandLineIsOneLineAndExitCode2(String line) {
        Typed typed = Typed.run(line.split(" ", -1));
        assertThat(typed.exit()).isEqualTo(2);
        assertThat(typed.out()).isEmpty();
        assertThat(typed.err().lines()).hasSize(1);
    }

    @Test
    void aMistypedCommandIsAnsweredWithTheNearest() {
        assertThat(Typed.run("sttaus").err()).contains("did you mean status");
    }

    @Test
    void noCommandAtAllShowsTheUsageAndIsAnError() {
        Typed typed = Typed.run();
        assertThat(typed.exit()).isEqualTo(2);
        assertThat(typed.out()).isEmpty();
        assertThat(typed.err()).contains("Usage: bft", "Commands:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "stop", "recover-now 1", "kv get k", "config check", "image verify"})
    void aClusterThatIsNotThereIsNamedWithWhatToDo(String line) {
        Typed typed = Typed.run((line + " -c " + folder.resolve("none")).split(" ", -1));
        assertThat(typed.exit()).isEqualTo(3);
        assertThat(typed.err().lines()).hasSize(1);
        assertThat(typed.err()).contains(folder.resolve("none").toString(), "bft keygen");
    }

    @Test
    void theStackTraceIsShownOnRequestAlone() {
        String cluster = folder.resolve("none").toString();
        assertThat(Typed.run("status", "-c", cluster).err()).doesNotContain("\tat ");
        assertThat(Typed.run("status", "-c", cluster, "--verbose").err()).contains("\tat ");
    }
}
