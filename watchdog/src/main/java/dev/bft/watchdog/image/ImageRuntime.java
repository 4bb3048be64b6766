package dev.bft.watchdog.image;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** The Java runtime of an image: the modules that are used, linked from this JDK, and an archive of loaded classes. */
final class ImageRuntime {

    static final String FOLDER = "jre";
    static final String ARCHIVE = "classes.jsa";

    private static final long TOOL_SECONDS_MAX = 300;

    /** Programs of the JDK that a replica never starts; a folder that ends with a slash goes whole. */
    private static final List<String> UNUSED = List.of(
            "bin/keytool", "bin/jrunscript", "bin/rmiregistry", "lib/jspawnhelper", "lib/jexec", "lib/jrt-fs.jar");

    private final Path image;

    ImageRuntime(Path image) {
        this.image = image;
    }

    /** Links the runtime into the image. */
    void link(Set<String> modules) throws IOException {
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IOException("this Java has no jlink; build with a JDK that has its jmods"));
        StringWriter said = new StringWriter();
        PrintWriter log = new PrintWriter(said, true);
        int exit = jlink.run(
                log,
                log,
                "--add-modules",
                String.join(",", modules),
                "--output",
                image.resolve(FOLDER).toString(),
                "--strip-debug",
                "--no-man-pages",
                "--no-header-files",
                "--vm=server");
        if (exit != 0) {
            throw new IOException("jlink failed: " + said.toString().strip());
        }
        for (String file : UNUSED) {
            Files.deleteIfExists(image.resolve(FOLDER).resolve(file));
        }
        deleteLinks();
    }

    /**
     * Writes the archive of the classes a replica loads, so that a start neither parses nor verifies them. Classes that
     * the JDK lists, that our jars hold and that a training run loaded are in it.
     *
     * @param classPath the class path of the replica, the very string: the archive holds for no other
     */
    void dumpClasses(String classPath, Set<String> ours, List<String> trained)
            throws IOException, InterruptedException {
        Set<String> listed = new TreeSet<>(ours);
        listed.addAll(trained);
        Path jdkList = image.resolve(FOLDER).resolve("lib/classlist");
        List<String> lines = new ArrayList<>(Files.readAllLines(jdkList, StandardCharsets.UTF_8));
        listed.stream().filter(line -> !lines.contains(line)).forEach(lines::add);
        Path list = Files.createTempFile("bft-image", ".classes");
        try {
            Files.write(list, lines);
            run(List.of(
                    "-Xshare:dump",
                    "-XX:SharedClassListFile=" + list,
                    "-XX:SharedArchiveFile=" + ARCHIVE,
                    "-Xmx256m",
                    "-Xlog:cds=off",
                    "-Xlog:cds*=off",
                    "-cp",
                    classPath));
        } finally {
            Files.delete(list);
        }
        Files.delete(jdkList);
        if (!Files.exists(image.resolve(ARCHIVE))) {
            throw new IOException("the JVM of the image wrote no " + ARCHIVE);
        }
    }

    /** Runs a main class of the image and returns the classes it loaded, in the form of a class list. */
    List<String> train(String classPath, List<String> command) throws IOException, InterruptedException {
        Path list = Files.createTempFile("bft-image", ".trained");
        try {
            List<String> arguments = new ArrayList<>(
                    List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + list, "-Xmx256m", "-cp", classPath));
            arguments.addAll(command);
            run(arguments);
            return Files.readAllLines(list).stream()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } finally {
            Files.delete(list);
        }
    }

    private void run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(image.resolve(FOLDER).resolve("bin/java").toAbsolutePath().toString());
        command.addAll(arguments);
        Path log = Files.createTempFile("bft-image", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().clear();
            builder.directory(image.toFile()).redirectErrorStream(true).redirectOutput(Redirect.to(log.toFile()));
            Process process = builder.start();
            if (!process.waitFor(TOOL_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            if (process.exitValue() != 0) {
                String said = Files.readString(log).strip();
                throw new IOException(command + " ended with exit code " + process.exitValue() + ": " + said);
            }
        } finally {
            Files.delete(log);
        }
    }

    /** Links to equal licence files of other modules; an image has no links. */
    private void deleteLinks() throws IOException {
        try (Stream<Path> below = Files.walk(image.resolve(FOLDER))) {
            for (Path file : below.toList()) {
                if (Files.isSymbolicLink(file)) {
                    Files.delete(file);
                }
            }
        }
        try (Stream<Path> below = Files.list(image.resolve(FOLDER).resolve("legal"))) {
            for (Path folder : below.toList()) {
                if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    deleteIfEmpty(folder);
                }
            }
        }
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                return;
            }
        }
        Files.delete(folder);
    }
}
