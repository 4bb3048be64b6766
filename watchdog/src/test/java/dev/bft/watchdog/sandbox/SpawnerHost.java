package dev.bft.watchdog.sandbox;

import java.nio.file.Path;
import java.util.List;

/** A process that launches another, prints its pid and waits to be killed: a watchdog's place in a test. */
final class SpawnerHost {

    private SpawnerHost() {}

    public static void main(String[] args) throws Exception {
        Spawner spawner = new Spawner(new TrustedJvm(JnaLibrary.unpack(Path.of(args[0]))));
        try (Descriptor log = Descriptor.appendTo(Path.of(args[0], "child.log"))) {
            List<Descriptor> descriptors = List.of(log, log, log);
            Limits limits = new Limits(256, 1 << 20);
            Child child = spawner.spawn(new Launch(List.of("/bin/sleep", "1000"), Path.of("/"), descriptors, limits));
            System.out.println(child.pid());
            child.death().get();
        }
    }
}
