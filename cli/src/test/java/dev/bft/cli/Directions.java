package dev.bft.cli;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The table of which package may use which, besides the JDK. Arrows only point down. */
final class Directions {

    private static final String ROOT = "dev.bft.";
    private static final String JNA = "com.sun.jna";

    private static final List<String> OPEN_TO_ALL = List.of("java.", "javax.", "jdk.", "org.jspecify.annotations.");

    private static final List<Row> TABLE = List.of(
            row("keystore").uses().libraries("org.bouncycastle", "org.tomlj"),
            row("coprocessor").uses("keystore"),
            row("watchdog.key").uses("keystore", "coprocessor").libraries(JNA),
            row("watchdog.image").uses("keystore", "coprocessor").libraries(JNA),
            row("watchdog.sandbox").uses("keystore", "coprocessor").libraries(JNA),
            row("watchdog.audit").uses("keystore", "coprocessor").libraries("net.openhft.chronicle"),
            row("watchdog")
                    .uses(
                            "keystore",
                            "coprocessor",
                            "watchdog.key",
                            "watchdog.image",
                            "watchdog.sandbox",
                            "watchdog.audit"),
            row("wire").uses(),
            row("service").uses(),
            row("auth").uses("wire"),
            row("state").uses("service", "wire"),
            row("protocol").uses("wire", "auth", "service", "state"),
            row("net").uses("wire"),
            row("host")
                    .uses(
                            "protocol",
                            "wire",
                            "auth",
                            "service",
                            "service.kv",
                            "state",
                            "net",
                            "keystore",
                            "coprocessor"),
            row("client").uses("protocol", "wire", "auth", "net", "keystore"),
            row("service.kv").uses("service"),
            row("service.fs").uses("service"),
            row("cli").everything(),
            row("cli.bench").everything(),
            row("cli.nfs").everything());

    private Directions() {}

    /** Returns one line for each use that the table does not list. */
    static List<String> violations(JavaClasses classes) {
        List<String> found = new ArrayList<>();
        for (JavaClass user : classes) {
            if (!user.getPackageName().startsWith("dev.bft")) {
                continue;
            }
            Optional<Row> row = TABLE.stream().filter(r -> r.is(user)).findFirst();
            if (row.isEmpty()) {
                found.add(user.getName() + ": its package is not in the table of Directions; give it a row");
                continue;
            }
            for (Dependency use : user.getDirectDependenciesFromSelf()) {
                JavaClass used = use.getTargetClass().getBaseComponentType();
                if (!used.isPrimitive() && !row.get().allows(used)) {
                    found.add(use.getDescription() + ": " + row.get().advice(used));
                }
            }
        }
        return found;
    }

    private static Row row(String name) {
        return new Row(name, List.of(), List.of());
    }

    /** What one package may use. */
    private record Row(String name, List<String> packages, List<String> libraries) {

        Row uses(String... names) {
            return new Row(name, Arrays.asList(names), libraries);
        }

        Row libraries(String... prefixes) {
            return new Row(name, packages, Arrays.asList(prefixes));
        }

        Row everything() {
            return new Row(name, List.of("*"), List.of("picocli", "org.jline"));
        }

        boolean is(JavaClass user) {
            return user.getPackageName().equals(ROOT + name);
        }

        boolean allows(JavaClass used) {
            String home = used.getPackageName();
            if (home.startsWith(ROOT)) {
                String other = home.substring(ROOT.length());
                return other.equals(name) || packages.contains("*") || packages.contains(other);
            }
            return Stream.concat(OPEN_TO_ALL.stream(), libraries.stream())
                    .anyMatch(prefix -> used.getName().startsWith(prefix));
        }

        String advice(JavaClass used) {
            return name + " may not use " + used.getPackageName() + "; move the class, or turn the arrow round";
        }
    }
}
