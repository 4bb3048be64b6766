package dev.bft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A service as somebody else writes it: compiled against the jars of a release, and put into a jar. */
final class ServiceJar {

    private static final Pattern EXAMPLE = Pattern.compile("(?s)## A service of your own.*?```java\n(.*?)```");
    private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
    private static final Pattern CLASS = Pattern.compile("(?:class|interface) (\\w+)");

    private ServiceJar() {}

    /** The source of the example in the README. */
    static String example() throws IOException {
        Matcher found = EXAMPLE.matcher(Files.readString(Shell.checkout().resolve("README.md")));
        if (!found.find()) {
            throw new AssertionError("README.md has no example of a service");
        }
        return found.group(1);
    }

    /** Compiles these sources and returns the folder of their classes. */
    static Path compile(Path folder, String... sources) throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, UTF_8)) {
            for (String source : sources) {
                Path file = folder.resolve(first(CLASS, source) + ".java");
                Files.writeString(file, source);
                List<String> options =
                        List.of("-d", classes.toString(), "-proc:none", "-cp", System.getProperty("java.class.path"));
                if (!javac.getTask(said, files, null, options, null, files.getJavaFileObjects(file))
                        .call()) {
                    throw new AssertionError(said.toString());
                }
            }
        }
        return classes;
    }

    /** Compiles these sources into a jar. */
    static Path of(Path folder, String... sources) throws IOException {
        Path classes = compile(folder, sources);
        Path jar = folder.resolve("service.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> below = Files.walk(classes)) {
            for (Path one : below.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(one).toString()));
                out.write(Files.readAllBytes(one));
                out.closeEntry();
            }
        }
        return jar;
    }

    /** The full name of the class in a source. */
    static String nameOf(String source) {
        return first(PACKAGE, source) + "." + first(CLASS, source);
    }

    private static String first(Pattern pattern, String source) {
        Matcher found = pattern.matcher(source);
        if (!found.find()) {
            throw new AssertionError("no " + pattern + " in " + source);
        }
        return found.group(1);
    }
}
