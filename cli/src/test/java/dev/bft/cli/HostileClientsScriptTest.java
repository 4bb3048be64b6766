package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hostile clients beside eight honest ones, for moments; {@code .ci/acceptance 14} takes all of them, and figures. */
final class HostileClientsScriptTest {

    @TempDir
    Path folder;

    @Test
    void honestClientsBesideHostileOnesLoseNothingAndAreNotBlamed() throws Exception {
        HostileDrill.Plan plan =
                new HostileDrill.Plan(List.of(HostileKind.REUSED_TIMESTAMP, HostileKind.FORGERY), 2, false, false);
        assertThat(HostileDrill.clients(folder, plan)).isEmpty();
    }
}
