package dev.bft.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where this program is installed: {@code lib/} holds its jars, {@code image/} the clean image of a replica. */
final class Installation {

    private static final String PROPERTY = "bft.home";

    private final Path home;

    private Installation(Path home) {
        this.home = home;
    }

    /** The installation of the running program: the script says where, or else its own jar tells. */
    static Installation find() {
        return new Installation(Optional.ofNullable(System.getProperty(PROPERTY))
                .map(Path::of)
                .orElseGet(Installation::besideOwnJar)
                .toAbsolutePath()
                .normalize());
    }

    private static Path besideOwnJar() {
        try {
            Path own = Path.of(Main.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            // The jar stands in dist/lib, the classes of a build in target/classes.
            Path folder = Optional.ofNullable(own.getParent()).orElse(own);
            return folder.endsWith("lib")
                    ? Optional.ofNullable(folder.getParent()).orElse(folder)
                    : folder.resolve("dist");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a jar's place is a path", e);
        }
    }

    Path home() {
        return home;
    }

    /** The clean image as the build made it, unsigned. */
    Path image() {
        return home.resolve("image");
    }

    /** The file of flags that the JVM of the command line is started with. */
    Path javaFlags() {
        return home.resolve("java.args");
    }

    /** The source tree this was built in; empty if it was installed from elsewhere. */
    Optional<Path> checkout() {
        Path root = home.resolve("../../..").normalize();
        return Files.isRegularFile(root.resolve("replica/pom.xml")) ? Optional.of(root) : Optional.empty();
    }
}
