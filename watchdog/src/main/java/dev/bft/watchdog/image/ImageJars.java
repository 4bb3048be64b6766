package dev.bft.watchdog.image;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * The jars of an image: of ours everything, of the libraries only the classes that ours can reach. What nobody can call
 * need not be trusted. Signatures are left out, for the shared class archive takes no signed jar, and the manifest of the
 * image covers every byte.
 */
final class ImageJars {

    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
    private static final String CLASS = ".class";

    private final List<Path> jars;
    private final Map<String, Map<String, byte[]>> entries = new TreeMap<>();
    private final Map<String, byte[]> classes = new TreeMap<>();
    private final Set<String> reached = new TreeSet<>();
    private final Set<String> ofTheJdk = new TreeSet<>();
    private final Set<String> modules = new TreeSet<>(Set.of("java.base"));

    private ImageJars(List<Path> jars) {
        this.jars = jars;
    }

    /**
     * Reads the jars and follows every reference.
     *
     * @param jars in the order of the class path
     * @param ours those of whose classes each is kept
     */
    static ImageJars of(List<Path> jars, List<Path> ours) throws IOException {
        if (jars.stream().map(ImageJars::nameOf).distinct().count() < jars.size()) {
            throw new IOException("two of the jars have one name, rename one: " + jars);
        }
        ImageJars image = new ImageJars(List.copyOf(jars));
        for (Path jar : jars) {
            image.read(jar);
        }
        Set<String> roots = new TreeSet<>();
        for (Path jar : ours) {
            image.contentOf(jar).keySet().stream()
                    .filter(name -> name.endsWith(CLASS))
                    .map(name -> name.substring(0, name.length() - CLASS.length()))
                    .forEach(roots::add);
        }
        image.follow(roots);
        return image;
    }

    /** Returns the internal names of all classes in the image's jars, and of those of the JDK that they name. */
    Set<String> classes() {
        Set<String> named = new TreeSet<>(reached);
        named.addAll(ofTheJdk);
        return named;
    }

    /** Returns the modules of the JDK whose classes are named. */
    Set<String> modules() {
        return modules;
    }

    /** Writes the jars into a folder and returns their names in the order of the class path. */
    List<String> write(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path jar : jars) {
            Map<String, byte[]> kept = new TreeMap<>();
            contentOf(jar).forEach((name, bytes) -> {
                if (isKept(name)) {
                    kept.put(name, bytes);
                }
            });
            if (kept.keySet().stream().anyMatch(name -> name.endsWith(CLASS))) {
                names.add(nameOf(jar));
                writeJar(folder.resolve(nameOf(jar)), kept);
            }
        }
        return names;
    }

    /** A jar with several versions of a class is read as the JVM that builds the image, and runs it, would read it. */
    private void read(Path path) throws IOException {
        Map<String, byte[]> content = contentOf(path);
        try (JarFile jar = new JarFile(path.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
            for (var entry : jar.versionedStream().toList()) {
                if (!entry.isDirectory() && !entry.getName().equals("module-info" + CLASS)) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        content.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
        content.forEach((name, bytes) -> {
            if (name.endsWith(CLASS)) {
                classes.putIfAbsent(name.substring(0, name.length() - CLASS.length()), bytes);
            }
        });
    }

    private void follow(Set<String> roots) throws IOException {
        Map<String, String> moduleOf = packagesOfTheJdk();
        Deque<String> open = new ArrayDeque<>(roots);
        reached.addAll(roots);
        while (!open.isEmpty()) {
            byte[] bytes = classes.get(open.pop());
            for (String name : bytes == null ? Set.<String>of() : ClassReferences.of(bytes)) {
                String module = moduleOf.get(name.substring(0, Math.max(0, name.lastIndexOf('/'))));
                if (classes.containsKey(name)) {
                    if (reached.add(name)) {
                        open.push(name);
                    }
                } else if (module != null) {
                    modules.add(module);
                    ofTheJdk.add(name);
                }
            }
        }
    }

    private boolean isKept(String name) {
        if (name.endsWith(CLASS)) {
            return reached.contains(name.substring(0, name.length() - CLASS.length()));
        }
        String folder = name.substring(0, name.lastIndexOf('/') + 1);
        boolean licence = name.matches("(META-INF/)?(LICENSE|NOTICE)[^/]*");
        boolean besideAClass =
                reached.stream().anyMatch(kept -> kept.startsWith(folder) && kept.indexOf('/', folder.length()) < 0);
        return licence || (!folder.isEmpty() && besideAClass);
    }

    private Map<String, byte[]> contentOf(Path jar) {
        return entries.computeIfAbsent(jar.toString(), unused -> new TreeMap<>());
    }

    private static Map<String, String> packagesOfTheJdk() {
        Map<String, String> moduleOf = new TreeMap<>();
        for (ModuleReference module : ModuleFinder.ofSystem().findAll()) {
            String name = module.descriptor().name();
            module.descriptor().packages().forEach(packageName -> moduleOf.put(packageName.replace('.', '/'), name));
        }
        return moduleOf;
    }

    /** Not compressed: a class is loaded faster, and the bytes depend on no compressor. */
    static void writeJar(Path target, Map<String, byte[]> content) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (Map.Entry<String, byte[]> file : content.entrySet()) {
                CRC32 crc = new CRC32();
                crc.update(file.getValue());
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(file.getValue().length);
                entry.setCrc(crc.getValue());
                entry.setTimeLocal(TIME);
                out.putNextEntry(entry);
                out.write(file.getValue());
                out.closeEntry();
            }
        }
    }

    private static String nameOf(Path jar) {
        return String.valueOf(jar.getFileName());
    }
}
