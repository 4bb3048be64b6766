package dev.bft.keystore;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a main class without privileges: as this user, or as nobody if this user is root. */
final class OtherUser {

    private static final String NOBODY = "65534";

    private final Path home;
    private final String classPath;

    /** A folder that everybody can look into; class files and libraries are copied there, where nobody can read them. */
    OtherUser(Path home) throws IOException {
        this.home = home;
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (entry.contains("keystore-tools") || entry.contains("bcprov") || entry.contains("tomlj")) {
                copies.add(copy(Path.of(entry), home.resolve("lib" + copies.size())));
            }
        }
        this.classPath = String.join(File.pathSeparator, copies);
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** What the main class prints. */
    List<String> run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        command.addAll(List.of(java, "-XX:-UsePerfData", "-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the process does not end: " + said);
        }
        return said.lines().toList();
    }

    private static String copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
        return to.toString();
    }
}
