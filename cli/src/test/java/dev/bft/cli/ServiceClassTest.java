package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ClusterFolder;
import dev.bft.service.Call;
import dev.bft.service.Service;
import dev.bft.service.ServiceException;
import dev.bft.service.State;
import dev.bft.state.PagedState;
import dev.bft.watchdog.image.ImageManifest;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster of a class that is not ours: which are refused before there is a cluster, and the example of the README. */
final class ServiceClassTest {

    private static final String HEAD = "package org.example; import dev.bft.service.*; public ";
    private static final String BODY = " implements Service { public void format(State state) {}"
            + " public byte[] execute(Call call, byte[] operation, State state) { return operation; }";

    @TempDir
    Path folder;

    private FakeInstallation installation;
    private ClusterFolder cluster;

    @BeforeEach
    void install() throws IOException {
        installation = FakeInstallation.in(folder.resolve("installation"));
        cluster = new ClusterFolder(folder.resolve("cluster"));
    }

    @AfterEach
    void uninstall() {
        installation.close();
    }

    private Typed keygen(String... more) {
        return Typed.run(Stream.concat(Stream.of("keygen", "-c", cluster.root().toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    /** An image, as a build would leave it, that holds these classes and nothing else. */
    private Path imageWith(String... sources) throws IOException {
        Path jar = ServiceJar.of(folder, sources);
        Path built = folder.resolve("built");
        Path lib = Files.createDirectories(built.resolve("image/lib"));
        Files.copy(jar, lib.resolve("service.jar"));
        Files.setPosixFilePermissions(lib.resolve("service.jar"), PosixFilePermissions.fromString("r--r--r--"));
        Files.write(
                built.resolve(ImageManifest.FILE_NAME),
                ImageManifest.of(built.resolve("image")).bytes());
        return built;
    }

    @Test
    void aClassOfTheImageIsWrittenIntoTheClusterFile() throws Exception {
        Path built = imageWith(HEAD + "final class Echo" + BODY + "}");
        Typed typed = keygen("--service", "org.example.Echo", "--image", built.toString());
        assertThat(typed.exit()).as(typed.toString()).isZero();
        ClusterConfig config = ClusterFile.load(cluster.config());
        assertThat(config.cluster().service().name()).isEqualTo("org.example.Echo");
        assertThat(config.cluster().service().isClass()).isTrue();
        assertThat(cluster.image().resolve("lib/service.jar")).exists();
        assertThat(Typed.run("image", "verify", "-c", cluster.root().toString()).exit())
                .isZero();
        Typed kv = Typed.run("kv", "get", "-c", cluster.root().toString(), "k");
        assertThat(kv.exit()).isEqualTo(3);
        assertThat(kv.err()).contains("runs another service");
    }

    @Test
    void aClassThatIsInNoJarIsRefusedAndNothingIsMade() {
        Typed typed = keygen("--service", "org.example.Echo");
        assertThat(typed.exit()).isEqualTo(3);
        assertThat(typed.err()).contains("org.example.Echo", "is in no jar of", "bft image build --jar FILE");
        assertThat(cluster.config()).doesNotExist();
    }

    @Test
    void aWordThatIsNoServiceIsAMistakeOfTheCommandLine() {
        Typed typed = keygen("--service", "kb");
        assertThat(typed.exit()).isEqualTo(2);
        assertThat(typed.err()).contains("service = \"kb\"; it can be kv or null, or the name of a class");
    }

    @ParameterizedTest
    @CsvSource({
        "interface Echo extends Service {}, public constructor",
        "abstract class Echo implements Service {}, public constructor",
        "class Echo {}, does not implement dev.bft.service.Service"
    })
    void aClassThatCannotServeIsRefused(String text, String why) throws IOException {
        Path built = imageWith(HEAD + text);
        refused(keygen("--service", "org.example.Echo", "--image", built.toString()), why);
    }

    @ParameterizedTest
    @CsvSource({"private Echo() {}", "public Echo(int size) {}", "Echo() {}"})
    void aClassWithoutAPublicConstructorIsRefused(String constructor) throws IOException {
        Path built = imageWith(HEAD + "final class Echo" + BODY + constructor + "}");
        refused(keygen("--service", "org.example.Echo", "--image", built.toString()), "public constructor without");
    }

    private void refused(Typed typed, String why) {
        assertThat(typed.exit()).as(typed.toString()).isEqualTo(3);
        assertThat(typed.err()).contains("--service org.example.Echo", why);
        assertThat(cluster.config()).doesNotExist();
    }

    @Test
    void whatIsNoJarIsNotBuiltIn() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.jar"), "no jar");
        Typed typed = Typed.run("image", "build", "--jar", text.toString());
        assertThat(typed.exit()).isEqualTo(3);
        assertThat(typed.err()).contains("notes.jar", "cannot be read as a jar");
        Typed absent =
                Typed.run("image", "build", "--jar", folder.resolve("none.jar").toString());
        assertThat(absent.exit()).isEqualTo(3);
        assertThat(absent.err()).contains("none.jar");
    }

    /** The one in the README compiles as it stands there, and does what is said of it. */
    @Test
    void theExampleStampsByTheAgreedTime() throws Exception {
        String source = ServiceJar.example();
        URL[] classes = {ServiceJar.compile(folder, source).toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes, Service.class.getClassLoader())) {
            Service service = loader.loadClass(ServiceJar.nameOf(source))
                    .asSubclass(Service.class)
                    .getConstructor()
                    .newInstance();
            PagedState pages = new PagedState((page, target) -> Arrays.fill(target, (byte) 0), 0, 1);
            pages.reformat();
            State state = pages.service();
            service.format(state);
            Call call = new Call(1000, 77, new byte[0]);
            byte[] first = service.execute(call, new byte[0], state);
            assertThat(ByteBuffer.wrap(first).getLong()).isEqualTo(1001);
            assertThat(ByteBuffer.wrap(first).getLong(8)).isEqualTo(77);
            assertThatExceptionOfType(ServiceException.class)
                    .isThrownBy(() -> service.execute(call, new byte[1], state));
            assertThat(state.readLong(0)).isEqualTo(1001);
        }
    }
}
