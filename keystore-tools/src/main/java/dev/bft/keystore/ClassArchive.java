package dev.bft.keystore;

import java.util.List;
import java.util.Optional;

/**
 * The archive of classes that the build made of this installation (JEP 350); a JVM that has it starts faster. It stands
 * beside the jars and is trusted like them; a JVM for whose jars it was not made ignores it.
 */
public final class ClassArchive {

    private static final String PROPERTY = "bft.classes";

    private ClassArchive() {}

    /** The flags of a JVM with this process's class path; none if this process was started without the archive. */
    public static List<String> flags() {
        return Optional.ofNullable(System.getProperty(PROPERTY))
                .map(file -> List.of("-XX:SharedArchiveFile=" + file, "-Xlog:disable", "-Xlog:all=error:stderr"))
                .orElse(List.of());
    }
}
