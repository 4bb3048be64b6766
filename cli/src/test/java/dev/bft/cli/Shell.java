package dev.bft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A terminal in a folder of its own, where {@code bft} of this checkout is typed as a user would. */
final class Shell {

    /** A user without rights whom every system has. */
    private static final String NOBODY = "65534";

    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--");
    private static final long DEADLINE_SECONDS = 180;

    private final Path folder;
    private final Path program;
    private final List<String> user;

    private Shell(Path folder, Path program, List<String> user) {
        this.folder = folder;
        this.program = program;
        this.user = user;
    }

    /** A terminal of the user that runs the tests. */
    static Shell in(Path folder) {
        return new Shell(folder, checkout(), List.of());
    }

    /** A terminal of a user without rights; of this user, who has none either, unless it is root. */
    static Shell unprivileged(Path folder) throws IOException, InterruptedException {
        if (!isRoot()) {
            return in(folder);
        }
        Path home = Files.createDirectories(folder.resolve("home"));
        open(folder);
        own(home);
        Shell shell = new Shell(home, checkout(), AS_NOBODY);
        boolean readable = shell.line("test -r " + checkout().resolve("cli/target/dist/java.args"))
                        .exit()
                == 0;
        return readable ? shell : new Shell(home, copyOfProgram(folder), AS_NOBODY);
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The source tree that is tested. */
    static Path checkout() {
        Path module = Path.of("").toAbsolutePath();
        return module.endsWith("cli") ? module.resolveSibling("") : module;
    }

    Path folder() {
        return folder;
    }

    /** Runs {@code bft} with these words. */
    Typed bft(String... words) throws IOException, InterruptedException {
        return run(Stream.concat(Stream.of(program.resolve("bft").toString()), Stream.of(words))
                .toList());
    }

    /** Runs a line as typed; {@code bft} is on the path. */
    Typed line(String line) throws IOException, InterruptedException {
        return run(List.of("sh", "-c", line));
    }

    private Typed run(List<String> words) throws IOException, InterruptedException {
        Path out = Files.createTempFile("typed", ".out");
        Path err = Files.createTempFile("typed", ".err");
        try {
            Process process = start(words, Redirect.to(out.toFile()), Redirect.to(err.toFile()));
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("no end within " + DEADLINE_SECONDS + " s: " + words + "\n"
                        + Files.readString(out) + Files.readString(err));
            }
            return new Typed(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Starts a line as typed and leaves it running; its output goes to a file, signals to its last command. */
    Process running(Path output, String line) throws IOException {
        List<String> words = List.of("sh", "-c", "exec " + line);
        return start(words, Redirect.to(output.toFile()), Redirect.appendTo(output.toFile()));
    }

    private Process start(List<String> words, Redirect out, Redirect err) throws IOException {
        List<String> command = new ArrayList<>(user);
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out)
                .redirectError(err);
        Map<String, String> environment = builder.environment();
        environment.put("HOME", folder.toString());
        environment.put("PATH", program + ":" + environment.getOrDefault("PATH", "/usr/bin:/bin"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.remove("BFT_CLUSTER");
        return builder.start();
    }

    /** Lets everybody through to a folder below the tests' own. */
    private static void open(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void own(Path folder) throws IOException {
        Files.setAttribute(folder, "unix:uid", Integer.valueOf(NOBODY));
        Files.setAttribute(folder, "unix:gid", Integer.valueOf(NOBODY));
    }

    /** The checkout may be where nobody else may look. */
    private static Path copyOfProgram(Path folder) throws IOException, InterruptedException {
        Path copy = Files.createDirectories(folder.resolve("program/cli/target"));
        Path root = folder.resolve("program");
        Typed copied = in(folder)
                .line("cp -a " + checkout().resolve("cli/target/dist") + " " + copy + " && cp -a "
                        + checkout().resolve("bft") + " " + root + " && chmod -R go+rX " + root);
        if (copied.exit() != 0) {
            throw new IOException(copied.err());
        }
        return root;
    }
}
