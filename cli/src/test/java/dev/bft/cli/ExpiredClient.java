package dev.bft.cli;

import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.Credential;
import dev.bft.keystore.SigningKey;
import dev.bft.keystore.SigningKeyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;

/** A client of a cluster whose credential was good until the beginning of 2026. */
final class ExpiredClient {

    private static final int ID = 4711;

    private ExpiredClient() {}

    /** Writes its file, and returns where it is. */
    static Path in(ClusterFolder cluster, String name) throws ConfigException, IOException {
        SigningKey root = SigningKeyFile.load(cluster.rootKey(), SigningKeyFile.Role.ROOT);
        SigningKey key = SigningKey.generate(new SecureRandom());
        long end = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
        Credential credential =
                Credential.unsigned(ID, name, key.verifyKey(), end).issue(root);
        new ClientIdentity(credential, key).save(cluster.client(name));
        return cluster.client(name);
    }
}
