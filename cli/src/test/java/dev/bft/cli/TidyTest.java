package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The house rules over all production sources, and that each rule can fail. */
final class TidyTest {

    private static final List<String> MODULES = List.of("keystore-tools", "watchdog", "replica", "cli");

    @Test
    void everyProductionSourceKeepsTheHouseRules() throws IOException {
        List<String> findings = new ArrayList<>();
        for (Path source : sources()) {
            String file = root().relativize(source).toString();
            findings.addAll(Tidy.check(file, Files.readString(source)));
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsForAndHasNoNull() throws IOException {
        for (Path source : sources()) {
            assertThat(source.resolveSibling("package-info.java"))
                    .content()
                    .startsWith("/**")
                    .contains("@NullMarked");
        }
    }

    @Test
    void everyModuleIsRead() throws IOException {
        for (String module : MODULES) {
            assertThat(sources()).anyMatch(source -> source.startsWith(root().resolve(module)));
        }
    }

    @ParameterizedTest
    @MethodSource("untidy")
    void aBrokenRuleIsReportedWithItsLine(Untidy example) {
        assertThat(Tidy.check("dev/bft/wire/A.java", example.source()))
                .singleElement()
                .asString()
                .startsWith("dev/bft/wire/A.java:" + example.line() + ": ")
                .contains(example.words());
    }

    static Stream<Untidy> untidy() {
        String body = "int a = 1;\n".repeat(38);
        return Stream.of(
                new Untidy(401, "401 lines", "class A {" + "\n".repeat(400) + "}"),
                new Untidy(2, "41 lines in m()", "class A {\nvoid m() {\nint b;\n" + body + "}}"),
                new Untidy(2, "41 lines in a lambda", "class A {\nRunnable r = () -> {\nint b;\n" + body + "};}"),
                new Untidy(1, "5 parameters of m()", "class A { void m(int a, int b, int c, int d, int e) {} }"),
                new Untidy(1, "7 parameters", "class A { A(int a, int b, int c, int d, int e, int f, int g) {} }"),
                new Untidy(2, "Invariant.check", "class A { void m() {\nassert true; } }"),
                new Untidy(2, "catches Exception", in("try { m(); }\ncatch (Exception e) { }")),
                new Untidy(2, "catches Throwable", in("try { m(); }\ncatch (Throwable e) { }")),
                new Untidy(2, "catches", in("try { m(); }\ncatch (Error | RuntimeException e) { }")),
                new Untidy(1, "says nothing", "class ViewManager {}"),
                new Untidy(1, "says nothing", "class ReplicaImpl {}"),
                new Untidy(2, "says nothing", "class A {\nenum ByteUtils { } }"),
                new Untidy(2, "unfinished", "class A {\n// TODO later\n}"),
                new Untidy(2, "unfinished", "class A {\n/* FIXME */\n}"),
                new Untidy(2, "in a comment", "class A {\n// int a = 1;\n}"),
                new Untidy(2, "in a comment", "class A {\n    // send(commit);\n}"),
                new Untidy(2, "in a comment", "class A {\n// if (view > 1) {\n}"),
                new Untidy(1, "System.out", in("System.out.println();")),
                new Untidy(1, "System.err", in("System.err.println();")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "record A(int a, int b, int c, int d, int e, int f, int g) { A { } }",
                "class A { @Override void m(int a, int b, int c, int d, int e) {} }",
                "class A { static native int m(int a, int b, int c, int d, int e); }",
                "interface A extends Library { int prctl(int a, long b, long c, long d, long e); }",
                "class A { A(int a, int b, int c, int d, int e, int f) {} }",
                "class Implicit { String utility; }",
                "class A { void m() { try { m(); } catch (IllegalStateException e) { } } }",
                "class A { public static void main(String[] args) { System.err.println(); } }",
                "class A {\n// The view is one; see the paper (section 4.5.2), then wait;\n}",
                "class A {\n// Holds while a >= b.\n}"
            })
    void whatIsAllowedIsNotReported(String source) {
        assertThat(Tidy.check("dev/bft/wire/A.java", source)).isEmpty();
    }

    @Test
    void theCommandLineMayPrint() {
        assertThat(Tidy.check("cli/src/main/java/dev/bft/cli/A.java", in("System.out.println();")))
                .isEmpty();
    }

    private static String in(String statement) {
        return "class A { void m() { " + statement + " } }";
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> below = Files.walk(root().resolve(module).resolve("src/main/java"))) {
                below.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    /** Maven runs a module's tests with the module's folder as basedir. */
    private static Path root() {
        return Path.of(System.getProperty("basedir", ""), "..").toAbsolutePath().normalize();
    }

    /** A source that breaks one rule. */
    private record Untidy(int line, String words, String source) {}
}
