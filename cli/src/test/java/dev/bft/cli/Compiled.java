package dev.bft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Classes for the rules to look at: the production ones, or bad ones made for a negative control. */
final class Compiled {

    private Compiled() {}

    /** Returns every production class of every module. */
    static JavaClasses production() {
        return new ClassFileImporter().withImportOption(Compiled::isProduction).importPackages("dev.bft");
    }

    /** Compiles sources that use nothing but the JDK and one another. */
    static JavaClasses of(Path folder, String... sources) {
        for (int i = 0; i < sources.length; i++) {
            write(folder.resolve("s" + i).resolve(typeOf(sources[i]) + ".java"), sources[i]);
        }
        compile(folder);
        return new ClassFileImporter().importPath(folder);
    }

    private static boolean isProduction(Location location) {
        return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }

    private static void compile(Path folder) {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, UTF_8);
                Stream<Path> below = Files.walk(folder)) {
            List<Path> sources =
                    below.filter(file -> file.toString().endsWith(".java")).toList();
            List<String> options = List.of("-d", folder.toString(), "-proc:none", "-cp", folder.toString());
            if (!javac.getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call()) {
                throw new IllegalArgumentException(said.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String typeOf(String source) {
        return source.replaceFirst("(?s).*?\\b(class|interface|record|enum) +(\\w+).*", "$2");
    }
}
