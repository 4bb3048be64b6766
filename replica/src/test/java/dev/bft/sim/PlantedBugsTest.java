package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Negative controls: the checkers are worth something only if they catch what is wrong. */
@Execution(ExecutionMode.CONCURRENT)
class PlantedBugsTest {
    private static final String WANTED = System.getProperty("planted", "");
    private static final String ALL = "all";

    /** Without a wish, one bug in so many is hunted; the release is accepted with all of them. */
    private static final int SAMPLE = 3;

    private static final Pattern VIOLATION = Pattern.compile("VIOLATION of ([a-z-]+):");

    @TempDir
    private Path classes;

    /** A sample from all over the source; all, or those with the text of {@code -Dplanted} in their name. */
    static List<PlantedBug> bugs() {
        List<PlantedBug> all = PlantedBugs.all();
        if (WANTED.isEmpty()) {
            return IntStream.range(0, all.size())
                    .filter(i -> i % SAMPLE == 0)
                    .mapToObj(all::get)
                    .toList();
        }
        return all.stream()
                .filter(bug -> WANTED.equals(ALL) || bug.name().contains(WANTED))
                .toList();
    }

    /** Where to look: first where it was caught last, unless {@code -Dplanted} asks for the whole hunt. */
    private static IntStream seeds(PlantedBug bug) throws IOException {
        IntStream all = IntStream.rangeClosed(1, bug.hunt().seeds());
        return WANTED.isEmpty() ? IntStream.concat(IntStream.of(TrackRecord.seed(bug)), all) : all;
    }

    @Test
    void everyPlantedBugHasItsPlaceInTheSource() throws IOException {
        for (PlantedBug bug : PlantedBugs.all()) {
            source(bug);
        }
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void aPlantedBugIsCaughtByAnInvariant(PlantedBug bug) throws Exception {
        compile(bug);
        String out = hunt(bug);
        assertThat(out)
                .as("not caught within " + bug.hunt().seeds() + " seeds: " + bug.name())
                .isNotEmpty();
        Matcher found = VIOLATION.matcher(out);
        assertThat(found.find()).as(out).isTrue();
        assertThat(bug.caughtBy()).as(out).contains(found.group(1));
        note(bug, Integer.parseInt(out.lines().findFirst().orElseThrow()), found.group(1));
    }

    /**
     * What {@link SeedHunt} prints. In a process of its own: most are over before the better compiler is worth its time,
     * so it is left out unless all seeds are asked for.
     */
    private String hunt(PlantedBug bug) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC"));
        if (WANTED.isEmpty()) {
            command.add("-XX:TieredStopAtLevel=1");
        }
        String path = classes + File.pathSeparator + System.getProperty("java.class.path");
        command.addAll(List.of("-cp", path, SeedHunt.class.getName(), bug.name()));
        seeds(bug).mapToObj(String::valueOf).forEach(command::add);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(out).isZero();
            return out;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Where it was caught, for track-record.md. */
    private static void note(PlantedBug bug, int seed, String invariant) throws IOException {
        Path notes = Path.of(System.getProperty("basedir", ""), "target", "planted-bugs.txt");
        String size = bug.hunt().replicas() == 4 ? "" : " (n=" + bug.hunt().replicas() + ")";
        String where = (bug.hunt().scenario().isEmpty() ? "seed" : bug.hunt().scenario()) + size;
        String line =
                "| " + bug.name() + " | " + where + " " + seed + " | " + invariant + " |" + System.lineSeparator();
        Files.writeString(notes, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The source that a bug is put into. */
    private static String source(PlantedBug bug) throws IOException {
        Path source = Path.of(System.getProperty("basedir", ""), "src/main/java/dev/bft", bug.file());
        String text = Files.readString(source);
        assertThat(text.split(Pattern.quote(bug.right()), -1).length - 1)
                .as("how often %s holds: %s", bug.file(), bug.right())
                .isEqualTo(1);
        return text;
    }

    private void compile(PlantedBug bug) throws IOException {
        String patched = source(bug).replace(bug.right(), bug.wrong());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of(
                "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
        SimpleJavaFileObject unit =
                new SimpleJavaFileObject(
                        URI.create("string:///dev/bft/" + bug.file()), SimpleJavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return patched;
                    }
                };
        boolean compiled =
                compiler.getTask(null, null, null, options, null, List.of(unit)).call();
        assertThat(compiled).as("the planted bug must compile: " + bug.name()).isTrue();
    }
}
