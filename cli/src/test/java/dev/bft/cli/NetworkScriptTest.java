package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Replicas in network namespaces of their own, whose wires are cut and healed under load. */
@Isolated("it measures how soon")
final class NetworkScriptTest {

    /** On a build machine that does much else; the acceptance of the release holds the real bound. */
    private static final long RESUME_MILLIS_MAX = 20_000;

    @TempDir
    Path folder;

    @Test
    void anyReplicaMayBeCutOffAndTwoFromTwoStopAndGoOnWhenHealed() {
        Loudly.assume(NetworkLab.isPossible(), "network namespaces need root and iproute2");
        NetworkDrill.Plan plan = new NetworkDrill.Plan(4, 2, 1500, RESUME_MILLIS_MAX);
        assertThatCode(() -> NetworkDrill.run(folder, plan)).doesNotThrowAnyException();
    }
}
