package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line that must work as typed, in an empty folder, for a user without rights. */
final class TypedLineScriptTest {

    private static final String LINE = "bft keygen && bft start --detach && bft kv put greeting hello"
            + " && bft recover-now 2 --wait && bft kv get greeting && bft audit tail";

    @TempDir
    Path folder;

    @Test
    void theSixCommandsWorkAsTypedInAnEmptyFolderForAnUnprivilegedUser() throws IOException, InterruptedException {
        Shell shell = Shell.unprivileged(folder);
        try {
            Typed typed = shell.line(LINE);
            assertThat(typed.exit()).as(typed.toString()).isZero();
            assertThat(typed.out()).contains("4 of 4 replicas ready", "replica 2 recovered in", "\nhello\n");
            assertThat(typed.out()).containsPattern("replica 2  #[0-9]+  recovery ");
            assertThat(typed.err()).isEmpty();
        } finally {
            assertThat(shell.bft("stop").exit()).isZero();
        }
        assertThat(shell.bft("status").exit()).isEqualTo(4);
    }

    @Test
    void anUnreadableKeyFileIsNamedWithWhatToDo() throws IOException, InterruptedException {
        Shell shell = Shell.unprivileged(folder);
        assertThat(shell.bft("keygen").exit()).isZero();
        shell.line("chmod 000 bft-cluster/replica-1/coprocessor/key");
        Typed typed = shell.bft("start-replica", "1", "--detach", "--timeout", "60s");
        shell.bft("stop");
        assertThat(typed.exit()).as(typed.toString()).isEqualTo(3);
        assertThat(typed.err()).contains("replica-1/coprocessor/key", "you may not read it");
        Typed check = shell.bft("config", "check");
        assertThat(check.exit()).isEqualTo(3);
        assertThat(check.out()).contains("replica-1/coprocessor/key");
    }
}
