package dev.bft.cli;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The directions between packages and the purity of the core, read off the compiled classes. */
final class ArchitectureTest {

    private static final JavaClasses PRODUCTION = Compiled.production();

    private static final ArchRule NO_CYCLES =
            slices().matching("dev.bft.(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @TempDir
    Path folder;

    @Test
    void everyModuleIsLookedAt() {
        assertThat(PRODUCTION.stream().map(c -> c.getPackageName()))
                .contains("dev.bft.keystore", "dev.bft.watchdog", "dev.bft.protocol", "dev.bft.cli")
                .doesNotContain("dev.bft.sim");
    }

    @Test
    void everyPackageUsesOnlyWhatItsRowLists() {
        assertThat(Directions.violations(PRODUCTION)).isEmpty();
    }

    @Test
    void packagesFormNoCycle() {
        NO_CYCLES.check(PRODUCTION);
    }

    @Test
    void theCoreIsPure() {
        assertThat(Purity.violations(PRODUCTION)).isEmpty();
    }

    @Test
    void nothingIsSerializedByJava() {
        assertThat(Purity.serialization(PRODUCTION)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.bft.keystore dev.bft.protocol",
                "dev.bft.watchdog dev.bft.host",
                "dev.bft.watchdog.audit com.sun.jna",
                "dev.bft.protocol dev.bft.net",
                "dev.bft.protocol org.bouncycastle",
                "dev.bft.wire dev.bft.auth",
                "dev.bft.service.kv dev.bft.state",
                "dev.bft.replica dev.bft.cli"
            })
    void aUseThatTheTableDoesNotListIsReported(String pair) {
        String user = pair.split(" ", -1)[0];
        String used = pair.split(" ", -1)[1];
        assertThat(Directions.violations(userOf(user, used)))
                .anySatisfy(line -> assertThat(line).contains(user + ".User"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.bft.coprocessor dev.bft.keystore",
                "dev.bft.keystore org.bouncycastle",
                "dev.bft.watchdog.audit net.openhft.chronicle",
                "dev.bft.protocol dev.bft.state",
                "dev.bft.cli dev.bft.watchdog.audit"
            })
    void aUseThatTheTableListsIsNot(String pair) {
        JavaClasses classes = userOf(pair.split(" ", -1)[0], pair.split(" ", -1)[1]);
        assertThat(Directions.violations(classes)).isEmpty();
    }

    @Test
    void aCycleIsReported() {
        JavaClasses classes = Compiled.of(
                folder,
                "package dev.bft.net; public class A { public Object o = new dev.bft.host.B(); }",
                "package dev.bft.host; public class B { public Object o = new dev.bft.net.A(); }");
        assertThat(NO_CYCLES.evaluate(classes).hasViolation()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "System.nanoTime()",
                "System.currentTimeMillis()",
                "System.out",
                "System.getLogger(\"a\")",
                "Math.random()",
                "new java.util.Random(1)",
                "new java.security.SecureRandom()",
                "java.util.UUID.randomUUID()",
                "new java.util.HashMap<String, String>()",
                "new java.util.HashSet<String>()",
                "new java.util.IdentityHashMap<String, String>()",
                "new java.util.concurrent.ConcurrentHashMap<String, String>()",
                "java.util.concurrent.Executors.newCachedThreadPool()",
                "Thread.currentThread()",
                "(Runnable) Thread::yield",
                "java.util.Map.of()",
                "java.util.Set.of(1)",
                "java.util.stream.Stream.of(1).collect(java.util.stream.Collectors.toSet())",
                "java.util.stream.Collectors.toMap(a -> a, b -> b)",
                "java.util.stream.Collectors.groupingBy(a -> a)",
                "java.util.List.of(1).parallelStream()",
                "java.time.Duration.ZERO",
                "new java.io.UncheckedIOException(null)",
                "new java.io.ByteArrayInputStream(new byte[0])",
                "java.nio.file.Path.of(\"a\")",
                "java.nio.channels.FileChannel.class",
                "java.net.URI.create(\"a\")",
                "java.util.logging.Level.INFO"
            })
    void anImpureExpressionInTheCoreIsReported(String expression) {
        List<String> found = Purity.violations(coreWith("dev.bft.protocol", expression));
        assertThat(found).anySatisfy(line -> assertThat(line).contains("(Bad.java:1)"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.bft.state", "dev.bft.auth", "dev.bft.wire", "dev.bft.service", "dev.bft.service.kv"})
    void everyPackageOfTheCoreIsGuarded(String core) {
        assertThat(Purity.violations(coreWith(core, "System.nanoTime()"))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new java.util.TreeMap<String, String>()",
                "new java.util.LinkedHashMap<String, String>()",
                "java.util.stream.Collectors.groupingBy(a -> a, java.util.TreeMap::new, null)",
                "java.util.List.of(1)",
                "java.nio.ByteBuffer.allocateDirect(8)",
                "\"view \" + hashCode()"
            })
    void aPureExpressionIsNot(String expression) {
        assertThat(Purity.violations(coreWith("dev.bft.protocol", expression))).isEmpty();
    }

    @Test
    void theStateFileMayUseFilesAndNoClock() {
        String source = "package dev.bft.state; class StateFile { Object o = %s; }";
        assertThat(Purity.violations(Compiled.of(folder, source.formatted("java.nio.file.Path.of(\"a\")"))))
                .isEmpty();
        assertThat(Purity.violations(Compiled.of(folder, source.formatted("System.nanoTime()"))))
                .hasSize(1);
    }

    @Test
    void theWatchdogsMonitorIsPureToo() {
        String source = "package dev.bft.watchdog; class Monitor { Object o = System.nanoTime(); }";
        assertThat(Purity.violations(Compiled.of(folder, source))).hasSize(1);
    }

    @Test
    void serializationIsReportedInAnyPackage() {
        String source = "package dev.bft.cli; class Bad implements java.io.Serializable {}";
        assertThat(Purity.serialization(Compiled.of(folder, source))).hasSize(1);
    }

    private JavaClasses userOf(String user, String used) {
        return Compiled.of(
                folder,
                "package " + user + "; public class User { public Object o = new " + used + ".Used(); }",
                "package " + used + "; public class Used {}");
    }

    private JavaClasses coreWith(String core, String expression) {
        return Compiled.of(folder, "package " + core + "; class Bad { Object o = " + expression + "; }");
    }
}
