package dev.bft.keystore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user is told about files that are not for him; in a process of another user if this one is root. */
class UnreadableFilesTest {

    private static final List<String> NAMES =
            List.of("root.key", "admin.client", CoprocessorKeys.NAME, Rom.NAME, CounterFile.NAME, ClusterFile.NAME);

    @TempDir
    private Path temp;

    @Test
    void eachIsNamedWithWhatToDo() throws Exception {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : NAMES) {
            SafeFiles.create(temp.resolve(name), new byte[] {1}, isRoot() ? "rw-------" : "---------");
        }
        Process reader = new ProcessBuilder(command()).redirectErrorStream(true).start();
        String said = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(reader.waitFor(60, TimeUnit.SECONDS)).isTrue();

        List<String> lines = said.lines().toList();
        assertThat(lines).hasSize(NAMES.size());
        for (int i = 0; i < NAMES.size(); i++) {
            assertThat(lines.get(i))
                    .startsWith(temp.resolve(NAMES.get(i)) + ": you may not read")
                    .contains("run as its owner");
        }
    }

    /** The class files are copied to where the other user can read them; no library is needed to be refused. */
    private List<String> command() throws IOException {
        Path classes = Files.createDirectory(temp.resolve("classes"));
        copy(ClusterFile.class, classes);
        copy(ForeignReader.class, classes);
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        command.addAll(List.of(java, "-XX:-UsePerfData", "-cp", classes.toString(), ForeignReader.class.getName()));
        command.addAll(List.of(temp.toString(), String.join(",", NAMES)));
        return command;
    }

    private static void copy(Class<?> type, Path to) throws IOException {
        Path from =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.filter(p -> p.toString().endsWith(".class")).toList()) {
                Path copy = to.resolve(from.relativize(path));
                Files.createDirectories(copy.getParent());
                Files.copy(path, copy);
            }
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
