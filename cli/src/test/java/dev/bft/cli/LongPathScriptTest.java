package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster deeper in the file system than the 107 bytes that the address of a socket holds. */
final class LongPathScriptTest {

    private static final int LENGTH = 200;

    @TempDir
    Path folder;

    @Test
    void aClusterWithAPathOf200CharactersIsOperatedLikeAnyOther() throws IOException, InterruptedException {
        int missing = LENGTH - folder.resolve("x/bft-cluster").toString().length();
        Path deep = Files.createDirectory(folder.resolve("x".repeat(1 + missing)));
        TestCluster cluster = TestCluster.made(Shell.in(deep));
        try {
            assertThat(cluster.folder().root().toString()).hasSize(LENGTH);
            cluster.start();
            assertThat(cluster.must("status")).contains("4 of 4 replicas ready");
            cluster.must("kv", "put", "greeting", "hello");
            assertThat(cluster.must("recover-now", "1", "--wait")).contains("replica 1 recovered in");
            assertThat(cluster.must("kv", "get", "greeting")).isEqualTo("hello\n");
            assertThat(cluster.must("audit", "tail", "--replica", "1")).contains("recovery ");
            assertThat(cluster.must("stop", "1")).contains("replica 1 stopped");
            cluster.must("start-replica", "1", "--detach");
            assertThat(cluster.must("stop")).contains("replica 0 stopped", "replica 3 stopped");
            assertThat(cluster.shell().bft("status").exit()).isEqualTo(4);
        } finally {
            cluster.close();
        }
    }
}
