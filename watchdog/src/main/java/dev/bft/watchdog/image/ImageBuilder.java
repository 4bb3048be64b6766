package dev.bft.watchdog.image;

import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ClusterKeys;
import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Builds the clean image at build time: a linked Java runtime, the jars of a replica, an archive of its classes and the
 * JVM's arguments; and, beside it, the unsigned manifest. An image whose inputs have not changed is left as it is.
 *
 * <pre>
 * image/jre/          the runtime
 * image/lib/          the jars
 * image/classes.jsa   the archive; the one part that differs from build to build
 * image/jvm.args      what java is started with, up to the main class
 * image.manifest
 * </pre>
 */
public final class ImageBuilder {

    /** The image's folder, beside its manifest. */
    public static final String FOLDER = "image";

    /** The JVM's arguments in an image, for {@code java @jvm.args}. */
    public static final String ARGUMENTS = "jvm.args";

    static final String MAIN = "dev.bft.host.ReplicaMain";

    /** Loads what that loads. */
    private static final String REHEARSAL = "dev.bft.host.BootRehearsal";

    /** Raised when an image would be built otherwise from the same inputs. */
    private static final String FORMAT = "3";

    private static final String INPUTS = "image.inputs";

    /** Our jars, then the libraries they use; a library's name ends where its version begins. */
    private static final List<String> OURS = List.of("bft-replica", "bft-keystore-tools");

    private static final List<String> LIBRARIES = List.of("bcprov-jdk18on", "tomlj");

    private final List<Path> ours;
    private final List<Path> libraries;
    private final List<Path> services;
    private final String main;

    /** @param main the class a replica is started by, in one of our jars */
    ImageBuilder(List<Path> ours, List<Path> libraries, String main) {
        this(ours, libraries, List.of(), main);
    }

    private ImageBuilder(List<Path> ours, List<Path> libraries, List<Path> services, String main) {
        this.ours = List.copyOf(ours);
        this.libraries = List.copyOf(libraries);
        this.services = List.copyOf(services);
        this.main = main;
    }

    /** Builds from the jars in the first folder into the second. */
    public static void main(String[] args) {
        if (args.length != 2) {
            System.err.println("usage: ImageBuilder LIB-FOLDER OUT-FOLDER");
            System.exit(2);
        }
        try {
            ImageBuilder builder = fromFolder(Path.of(args[0]));
            System.out.println("image " + builder.build(Path.of(args[1])).digest());
        } catch (IOException e) {
            System.err.println("cannot build the image: " + e.getMessage());
            System.exit(1);
        } catch (InterruptedException e) {
            System.exit(130);
        }
    }

    /** Finds the jars of a replica among those in a folder. */
    public static ImageBuilder fromFolder(Path lib) throws IOException {
        return fromFolder(lib, List.of());
    }

    /**
     * The same, with jars of services that others wrote.
     *
     * @param services come last on the class path, so that nothing in them stands in for a class of ours
     */
    public static ImageBuilder fromFolder(Path lib, List<Path> services) throws IOException {
        List<Path> libraries = new ArrayList<>();
        for (String name : LIBRARIES) {
            libraries.add(jar(lib, name));
        }
        List<Path> ours = new ArrayList<>();
        for (String name : OURS) {
            ours.add(jar(lib, name));
        }
        return new ImageBuilder(ours, libraries, services, MAIN);
    }

    /** Builds {@link #FOLDER} and its manifest in this folder, unless they stand there already. */
    public ImageManifest build(Path out) throws IOException, InterruptedException {
        Path image = out.resolve(FOLDER);
        Path manifestFile = out.resolve(ImageManifest.FILE_NAME);
        String inputs = inputs();
        Path inputsFile = out.resolve(INPUTS);
        if (Files.exists(inputsFile) && Files.readString(inputsFile).equals(inputs)) {
            Optional<ImageManifest> built = verified(image, manifestFile);
            if (built.isPresent()) {
                return built.get();
            }
        }
        Files.createDirectories(out);
        Files.deleteIfExists(inputsFile);
        ImageTree.delete(image);
        fill(image);
        ImageManifest manifest = ImageManifest.of(image);
        Files.write(manifestFile, manifest.bytes());
        Files.writeString(inputsFile, inputs);
        return manifest;
    }

    private static Optional<ImageManifest> verified(Path image, Path manifestFile) throws IOException {
        try {
            ImageManifest manifest = ImageManifest.parse(Files.readAllBytes(manifestFile));
            new ImageVerifier(manifest).verify(image);
            return Optional.of(manifest);
        } catch (ImageRefusedException e) {
            return Optional.empty();
        }
    }

    private void fill(Path image) throws IOException, InterruptedException {
        List<Path> whole = new ArrayList<>(ours);
        whole.addAll(services);
        ImageJars kept = ImageJars.of(jars(), whole);
        Path lib = Files.createDirectories(image.resolve("lib"));
        String classPath =
                String.join(":", kept.write(lib).stream().map("lib/"::concat).toList());
        ImageRuntime runtime = new ImageRuntime(image);
        runtime.link(kept.modules());
        Files.writeString(image.resolve(ARGUMENTS), arguments(classPath));
        finish(image);
        runtime.dumpClasses(classPath, kept.classes(), main.equals(MAIN) ? rehearsed(runtime, classPath) : List.of());
        finish(image);
    }

    /** What a boot in this image loads, with the files of a cluster that is gone afterwards. */
    private static List<String> rehearsed(ImageRuntime runtime, String classPath)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("bft-image");
        try {
            ClusterFolder cluster = new ClusterFolder(folder.resolve("cluster"));
            ClusterKeys.create(cluster.root(), ClusterKeys.Plan.local(4), (files, release) -> {});
            String config = cluster.config().toString();
            String state = Files.createDirectories(cluster.state(0)).toString();
            String rom = cluster.rom(0).toString();
            List<String> launch = List.of(
                    "--id", "0", "--config", config, "--rom", rom, "--state", state, "--boot", "1", "--tick", "0");
            return runtime.train(
                    classPath,
                    Stream.concat(Stream.of(REHEARSAL), launch.stream()).toList());
        } catch (ConfigException e) {
            throw new IOException("no cluster to rehearse with: " + String.join("; ", e.problems()), e);
        } finally {
            ImageTree.delete(folder);
        }
    }

    private String arguments(String classPath) throws IOException {
        String name = "replica-jvm.args";
        try (InputStream template = ImageBuilder.class.getResourceAsStream(name)) {
            if (template == null) {
                throw new IOException("no resource " + name);
            }
            String text = new String(template.readAllBytes(), StandardCharsets.UTF_8);
            return text + "-XX:SharedArchiveFile=" + ImageRuntime.ARCHIVE + "\n-cp\n" + classPath + "\n" + main + "\n";
        }
    }

    private static void finish(Path image) throws IOException {
        try (Stream<Path> below = Files.walk(image)) {
            for (Path file : below.filter(Files::isRegularFile).toList()) {
                boolean executable = Files.isExecutable(file);
                ImageTree.finish(file, executable ? ImageManifest.EXECUTABLE : ImageManifest.READ_ONLY);
            }
        }
    }

    private String inputs() throws IOException {
        StringBuilder text = new StringBuilder("format " + FORMAT + "\nmain " + main + "\n");
        text.append("java ").append(Runtime.version()).append(' ').append(System.getProperty("java.home"));
        for (Path jar : jars()) {
            text.append('\n').append(Sha256.ofFile(jar)).append(' ').append(jar.getFileName());
        }
        String arguments = HexFormat.of().formatHex(Sha256.of(arguments("").getBytes(StandardCharsets.UTF_8)));
        return text.append('\n').append(arguments).append(" arguments\n").toString();
    }

    /** In the order of the class path. */
    private List<Path> jars() {
        return Stream.of(ours, libraries, services).flatMap(List::stream).toList();
    }

    /** The newest, should a version be left over; test jars do not count. */
    private static Path jar(Path lib, String name) throws IOException {
        try (Stream<Path> files = Files.list(lib)) {
            return files.filter(file -> String.valueOf(file.getFileName()).matches(name + "-[0-9][^-]*\\.jar"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new IOException("no " + name + " jar in " + lib));
        }
    }
}
