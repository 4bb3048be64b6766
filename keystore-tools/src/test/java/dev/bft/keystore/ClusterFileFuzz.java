package dev.bft.keystore;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.fuzz.Bounds;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as bft.toml: a cluster, of which what is written is the same cluster, or problems that are told. */
@Timeout(60)
final class ClusterFileFuzz {
    /** The parser of TOML makes a tree of objects, and describes what it did not understand. */
    private static final Bounds BOUNDS = new Bounds(32L << 20, 64 << 10);

    static Stream<byte[]> seeds() {
        String least = ClusterFileTest.LEAST;
        return Stream.of(
                        least,
                        least.replace("version = 1", "version = 2"),
                        least
                                + "[protocol]\nlog_size = 256\nwindow = 16\nstatus_period = \"1s\"\ndurability = \"memory\"\n",
                        least + "[limits]\nstate_bytes = \"1GiB\"\nheap_bytes = 17\n[audit]\nsync = false\n",
                        least + "[isolation]\nminimum = \"none\"\n[recovery]\nsave_deadline = \"2s\"\n",
                        "version = 1\nreplica = [[1, 2], {a = [true]}]\n",
                        "a = 1979-05-27T07:32:00Z\nb = 0x7f\nc = inf\nd = 'x'\ne = \"\"\"\n\\u00e9\"\"\"\n[a.b]\n[[a.c]]\n",
                        "a = " + "[".repeat(200),
                        "a = " + "{a = ".repeat(100))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aTextIsAClusterOrItsProblemsAreTold(byte[] bytes) throws ConfigException {
        if (bytes.length > ClusterFile.BYTES_MAX) {
            return;
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        Optional<ClusterConfig> config = BOUNDS.within(bytes.length, () -> read(text));
        if (config.isPresent()) {
            String written = ClusterFile.text(config.get());
            assertThat(ClusterFile.parse(ClusterFile.NAME, written)).isEqualTo(config.get());
        }
    }

    private static Optional<ClusterConfig> read(String text) {
        try {
            return Optional.of(ClusterFile.parse(ClusterFile.NAME, text));
        } catch (ConfigException e) {
            assertThat(e.problems()).isNotEmpty();
            return Optional.empty();
        }
    }
}
