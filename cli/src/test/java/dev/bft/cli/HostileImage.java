package dev.bft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bft.watchdog.image.ImageBuilder;
import dev.bft.watchdog.image.ImageTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * An image of replicas that may be hostile: the production classes, the simulator's faulty replicas, and two places of the
 * production source that call them. It is made here from the sources; no release holds any of it, and no cluster runs it
 * but one whose own release key signed it.
 */
final class HostileImage {
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
    private static final String CLASS = ".class";

    private static final List<Patch> PATCHES = List.of(
            new Patch(
                    "dev/bft/host/ReplicaHost.java",
                    "List<Effect> effects = core.step(event);",
                    "List<Effect> effects = dev.bft.sim.Renegade.instead(event, core.step(event));"),
            new Patch(
                    "dev/bft/host/ReplicaMain.java",
                    "run(Launch.parse(args));",
                    "dev.bft.sim.Renegade.begin(args);\n            run(Launch.parse(args));"));

    private HostileImage() {}

    /** A place of a source, and what stands there instead. */
    private record Patch(String file, String right, String wrong) {}

    /** Where it stands, built unless it is there already; for {@code bft keygen --image}. */
    static Path built() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Shell.checkout().resolve("cli/target/hostile-image"));
        Path lib = folder.resolve("lib");
        ImageTree.delete(lib);
        Files.createDirectories(lib);
        try (Stream<Path> jars = Files.list(Shell.checkout().resolve("cli/target/dist/lib"))) {
            for (Path jar : jars.toList()) {
                Path target = lib.resolve(jar.getFileName().toString());
                if (jar.getFileName().toString().matches("bft-replica-[0-9][^-]*\\.jar")) {
                    write(target, contentOf(jar, folder.resolve("classes")));
                } else {
                    Files.copy(jar, target);
                }
            }
        }
        ImageBuilder.fromFolder(lib).build(folder);
        return folder;
    }

    private static Map<String, byte[]> contentOf(Path jar, Path classes) throws IOException {
        Map<String, byte[]> content = new TreeMap<>();
        try (JarFile production = new JarFile(jar.toFile())) {
            for (JarEntry entry : production.stream().toList()) {
                if (!entry.isDirectory()) {
                    try (InputStream in = production.getInputStream(entry)) {
                        content.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
        Path tests = Shell.checkout().resolve("replica/target/test-classes");
        for (String name : List.of("dev/bft/sim", "dev/bft/protocol")) {
            addClasses(tests, name, content);
        }
        ImageTree.delete(classes);
        try (Stream<Path> jars = Files.list(jar.resolveSibling(""))) {
            String libraries = jars.map(Path::toString).collect(Collectors.joining(":"));
            compile(Files.createDirectories(classes), libraries + ":" + tests);
        }
        addClasses(classes, "dev/bft/host", content);
        return content;
    }

    /** All but what only a test runner loads. */
    private static void addClasses(Path root, String name, Map<String, byte[]> content) throws IOException {
        try (Stream<Path> below = Files.walk(root.resolve(name))) {
            for (Path file : below.filter(Files::isRegularFile).toList()) {
                String simple = file.getFileName().toString();
                if (simple.endsWith(CLASS) && !simple.matches(".*Test(\\$.*)?\\.class")) {
                    content.put(root.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
        }
    }

    private static void compile(Path classes, String classPath) throws IOException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options = List.of("-d", classes.toString(), "-proc:none", "-nowarn", "-cp", classPath);
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, UTF_8)) {
            for (Patch patch : PATCHES) {
                if (!javac.getTask(said, files, null, options, null, List.of(patched(patch)))
                        .call()) {
                    throw new AssertionError(said.toString());
                }
            }
        }
    }

    private static JavaFileObject patched(Patch patch) throws IOException {
        String source = Files.readString(
                Shell.checkout().resolve("replica/src/main/java").resolve(patch.file));
        if (source.split(java.util.regex.Pattern.quote(patch.right), -1).length != 2) {
            throw new AssertionError(patch.file + " does not hold once: " + patch.right);
        }
        String text = source.replace(patch.right, patch.wrong);
        return new SimpleJavaFileObject(URI.create("string:///" + patch.file), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    /** The same bytes from the same classes, so that the image is built once. */
    private static void write(Path jar, Map<String, byte[]> content) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (Map.Entry<String, byte[]> one : content.entrySet()) {
                JarEntry entry = new JarEntry(one.getKey());
                entry.setTimeLocal(TIME);
                out.putNextEntry(entry);
                out.write(one.getValue());
                out.closeEntry();
            }
        }
    }
}
