package dev.bft.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes that bind a session key to its users: locked, because two programs must agree on them. */
final class KeyContextTest {

    @Test
    void aSealingContextIsTagClusterEpochSenderAndReceiver() {
        Cluster cluster = new Cluster(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"), 5);
        assertThat(HexFormat.of().formatHex(KeyContext.sealing(cluster, 1000, 2)))
                .isEqualTo(
                        "6266742f6b65792f31" // "bft/key/1"
                                + "000102030405060708090a0b0c0d0e0f" + "00000005" + "000003e8" + "00000002");
    }

    @Test
    void aClientSignsTagKeyIdAndDigest() {
        assertThat(HexFormat.of().formatHex(KeyContext.clientKey(258, Digest.of())))
                .isEqualTo(
                        "6266742f636c69656e742d6b65792f31" // "bft/client-key/1"
                                + "0000000000000102"
                                + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
