package dev.bft.keystore;

import dev.bft.keystore.ClusterKeys.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A process that makes a cluster with a read-only image, and prints how that went. */
final class ForeignKeygen {

    private ForeignKeygen() {}

    public static void main(String[] arguments) {
        Plan local = Plan.local(4);
        Plan plan = new Plan(
                local.n(),
                local.hosts(),
                local.basePort(),
                local.service(),
                local.clients(),
                local.validity(),
                local.rootOut(),
                arguments.length > 1);
        try {
            ClusterKeys.create(Path.of(arguments[0]), plan, ForeignKeygen::addImage);
            System.out.println("made");
        } catch (ConfigException e) {
            System.out.println(e.getMessage());
        }
    }

    private static void addImage(ClusterFolder folder, SigningKey release) throws IOException {
        Files.createDirectories(folder.image().resolve("lib"));
        Files.writeString(folder.image().resolve("lib/jar"), "x");
        for (Path path : new Path[] {folder.image().resolve("lib"), folder.image()}) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r-xr-xr-x"));
        }
    }
}
