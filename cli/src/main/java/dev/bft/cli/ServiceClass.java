package dev.bft.cli;

import dev.bft.service.Service;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The class of a service that others wrote, looked at before a cluster is made of it; none of its code runs here. */
final class ServiceClass {

    private ServiceClass() {}

    /** Refuses a class that a replica which is booted from this image could not run. */
    static void check(String name, Path image) throws CommandException {
        try (URLClassLoader loader = new URLClassLoader(jars(image.resolve("lib")), Service.class.getClassLoader())) {
            Class<?> type = Class.forName(name, false, loader);
            if (!Service.class.isAssignableFrom(type)) {
                throw refusal(name, "does not implement dev.bft.service.Service; give the class that does");
            }
            if (Modifier.isAbstract(type.getModifiers()) || !isPublic(type)) {
                throw refusal(name, "is not a public class with a public constructor without parameters; make it one");
            }
        } catch (ClassNotFoundException e) {
            String message = "is in no jar of " + image + "; build an image with it: bft image build --jar FILE --out"
                    + " FOLDER, and give that: --image FOLDER";
            throw refusal(name, message);
        } catch (IOException | LinkageError e) {
            throw refusal(
                    name,
                    "cannot be loaded from " + image + " (" + e + "); build its jar for this Java, and the"
                            + " image with all that it needs");
        }
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && Arrays.stream(type.getConstructors()).anyMatch(constructor -> constructor.getParameterCount() == 0);
    }

    private static CommandException refusal(String name, String what) {
        return new CommandException(ExitCode.CONFIG, "--service " + name + ": the class " + what);
    }

    private static URL[] jars(Path lib) throws IOException {
        List<URL> jars = new ArrayList<>();
        if (Files.isDirectory(lib)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(lib, "*.jar")) {
                for (Path jar : files) {
                    jars.add(jar.toUri().toURL());
                }
            }
        }
        return jars.toArray(URL[]::new);
    }
}
