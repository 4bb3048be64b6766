package dev.bft.cli;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What makes the core a function: no input or output, clock, thread, randomness or order by hash. */
final class Purity {

    private static final Set<String> CORE = Set.of("protocol", "state", "auth", "wire", "service");

    /** Decides when a replica is rebooted; pure, so that a test can give it any time. */
    private static final Set<String> CORE_CLASSES = Set.of("dev.bft.watchdog.Monitor", "dev.bft.watchdog.Schedule");

    /** The part of {@code state} that reaches the disk; it may use files, and nothing else that the core may not. */
    private static final Set<String> DISK_CLASSES = Set.of("dev.bft.state.StateFile");

    private static final List<String> DISK = List.of("java.io.", "java.nio.channels.", "java.nio.file.");

    private static final List<Ban> BANNED_TYPES = List.of(
            new Ban("java.io.", "the host does I/O"),
            new Ban("java.net.", "the host does I/O"),
            new Ban("java.nio.channels.", "the host does I/O"),
            new Ban("java.nio.file.", "the host does I/O"),
            new Ban("java.lang.Process", "the host does I/O"),
            new Ban("java.lang.Runtime", "the host does I/O"),
            new Ban("java.time.", "time comes in as Tick"),
            new Ban("java.util.Timer", "time comes in as Tick"),
            new Ban("java.util.Date", "time comes in as Tick"),
            new Ban("java.lang.Thread", "one thread, the host's"),
            new Ban("java.util.concurrent.", "one thread, the host's"),
            new Ban("java.util.Random", "draw from the generator seeded by Booted"),
            new Ban("java.util.SplittableRandom", "draw from the generator seeded by Booted"),
            new Ban("java.util.random.", "draw from the generator seeded by Booted"),
            new Ban("java.security.SecureRandom", "draw from the generator seeded by Booted"),
            new Ban("java.util.HashMap", "order must not depend on hashing; TreeMap, EnumMap or an array"),
            new Ban("java.util.HashSet", "order must not depend on hashing; TreeSet, EnumSet or an array"),
            new Ban("java.util.Hashtable", "order must not depend on hashing; TreeMap, EnumMap or an array"),
            new Ban("java.util.IdentityHashMap", "order must not depend on hashing; TreeMap, EnumMap or an array"),
            new Ban("java.util.WeakHashMap", "order must not depend on hashing; TreeMap, EnumMap or an array"),
            new Ban("java.util.logging.", "the core does not log; emit a Report"),
            new Ban("java.lang.System$Logger", "the core does not log; emit a Report"));

    private static final List<Ban> BANNED_MEMBERS = List.of(
            new Ban("java.lang.System.nanoTime", "time comes in as Tick"),
            new Ban("java.lang.System.currentTimeMillis", "time comes in as Tick"),
            new Ban("java.lang.System.getenv", "settings come in by the constructor"),
            new Ban("java.lang.System.getProperty", "settings come in by the constructor"),
            new Ban("java.lang.System.getLogger", "the core does not log; emit a Report"),
            new Ban("java.lang.System.identityHashCode", "order must not depend on hashing"),
            new Ban("java.lang.System.out", "the core does not log; emit a Report"),
            new Ban("java.lang.System.err", "the core does not log; emit a Report"),
            new Ban("java.lang.System.in", "the host does I/O"),
            new Ban("java.lang.Math.random", "draw from the generator seeded by Booted"),
            new Ban("java.lang.StrictMath.random", "draw from the generator seeded by Booted"),
            new Ban("java.util.UUID.randomUUID", "draw from the generator seeded by Booted"),
            new Ban("java.util.Collections.shuffle", "draw from the generator seeded by Booted"),
            new Ban("java.util.Map.of", "its order changes from run to run; TreeMap, EnumMap or a switch"),
            new Ban("java.util.Map.ofEntries", "its order changes from run to run; TreeMap, EnumMap or a switch"),
            new Ban("java.util.Map.copyOf", "its order changes from run to run; Collections.unmodifiableMap"),
            new Ban("java.util.Set.of", "its order changes from run to run; TreeSet, EnumSet or a list"),
            new Ban("java.util.Set.copyOf", "its order changes from run to run; Collections.unmodifiableSet"),
            new Ban(
                    "java.util.stream.Collectors.toSet",
                    "order must not depend on hashing; toCollection(TreeSet::new)"),
            new Ban("java.util.stream.Collectors.toUnmodifiableSet", "order must not depend on hashing; a list"),
            new Ban("java.util.stream.Collectors.toUnmodifiableMap", "order must not depend on hashing; a TreeMap"),
            new Ban("java.util.stream.Collectors.toConcurrentMap", "one thread, the host's"),
            new Ban("java.util.stream.Collectors.groupingByConcurrent", "one thread, the host's"));

    private Purity() {}

    /** Returns one line for each thing in the core that is not the core's. */
    static List<String> violations(JavaClasses classes) {
        List<String> found = new ArrayList<>();
        for (JavaClass user : classes) {
            if (isCore(user)) {
                user.getDirectDependenciesFromSelf().forEach(use -> banOf(user, use)
                        .ifPresent(ban -> found.add(use.getDescription() + ": " + ban.advice())));
                user.getAccessesFromSelf().forEach(use -> banOf(use)
                        .ifPresent(ban -> found.add(use.getDescription() + ": " + ban.advice())));
            }
        }
        return found;
    }

    /** Returns one line for each use of Java's serialization, which no class of any package may use. */
    static List<String> serialization(JavaClasses classes) {
        Set<String> banned = Set.of(
                "java.io.Serializable",
                "java.io.Externalizable",
                "java.io.ObjectInputStream",
                "java.io.ObjectOutputStream");
        return classes.stream()
                .flatMap(user -> user.getDirectDependenciesFromSelf().stream())
                .filter(use -> banned.contains(use.getTargetClass().getName()))
                .map(use -> use.getDescription() + ": no Java serialization; write the bytes with a codec")
                .toList();
    }

    private static boolean isCore(JavaClass user) {
        String home = user.getPackageName();
        return CORE.contains(home.replaceFirst("^dev\\.bft\\.", "").replaceFirst("^service\\..*", "service"))
                || CORE_CLASSES.contains(outermost(user));
    }

    private static Optional<Ban> banOf(JavaClass user, Dependency use) {
        String used = use.getTargetClass().getBaseComponentType().getName();
        if (DISK_CLASSES.contains(outermost(user)) && DISK.stream().anyMatch(used::startsWith)) {
            return Optional.empty();
        }
        return BANNED_TYPES.stream().filter(ban -> ban.coversType(used)).findFirst();
    }

    private static Optional<Ban> banOf(JavaAccess<?> use) {
        String owner = use.getTargetOwner().getName();
        String member = use.getTarget().getName();
        if (member.equals("parallelStream") || (owner.startsWith("java.util.stream.") && member.equals("parallel"))) {
            return Optional.of(new Ban(member, "one thread, the host's"));
        }
        if (owner.equals("java.util.stream.Collectors") && collectsByHash(use)) {
            return Optional.of(new Ban(member, "order must not depend on hashing; give it TreeMap::new"));
        }
        return BANNED_MEMBERS.stream()
                .filter(ban -> ban.name().equals(owner + "." + member))
                .findFirst();
    }

    /** Both take a map factory in their longest form. */
    private static boolean collectsByHash(JavaAccess<?> use) {
        if (!(use.getTarget() instanceof CodeUnitAccessTarget called)) {
            return false;
        }
        int parameterCount = called.getRawParameterTypes().size();
        return (called.getName().equals("toMap") && parameterCount < 4)
                || (called.getName().equals("groupingBy") && parameterCount < 3);
    }

    private static String outermost(JavaClass user) {
        return user.getName().replaceFirst("\\$.*", "");
    }

    /** A type, a package (ending in a dot) or a member that the core may not use, and what it uses instead. */
    private record Ban(String name, String advice) {

        boolean coversType(String used) {
            return name.endsWith(".") ? used.startsWith(name) : used.equals(name) || used.startsWith(name + "$");
        }
    }
}
