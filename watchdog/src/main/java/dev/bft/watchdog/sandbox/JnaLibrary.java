package dev.bft.watchdog.sandbox;

import com.sun.jna.Native;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The native library inside JNA's jar, unpacked by us. Left alone, JNA unpacks it to a folder that any process of the
 * user can write to and loads it from there at the next start: a place where something could survive a reboot. So it is
 * written afresh into a folder of ours (mode 0700) and JNA is told to look nowhere else.
 */
public final class JnaLibrary {

    private static final String NAME = "libjnidispatch.so";

    /** Where JNA looks for libraries; left alone, it has ldconfig tell it, a process more. The C library is found without. */
    private static final String NOWHERE = "/nonexistent";

    private JnaLibrary() {}

    /** Unpacks the library into a new folder that ends with this process, unless JNA was given one before. */
    public static synchronized void ensure() throws IOException {
        if (System.getProperty("jna.boot.library.path") == null) {
            Path folder = unpack(Files.createTempDirectory("bft-jna"));
            folder.toFile().deleteOnExit();
            folder.resolve(NAME).toFile().deleteOnExit();
        }
    }

    /** Writes the library into this folder, makes this process use it, and returns the folder. */
    public static synchronized Path unpack(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Path fresh = folder.resolve(NAME + ".new");
        try (InputStream library = Native.class.getResourceAsStream(resource())) {
            if (library == null) {
                throw new FileNotFoundException("JNA has no native library for " + System.getProperty("os.arch"));
            }
            Files.copy(library, fresh, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("r-x------"));
        Files.move(fresh, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        System.setProperty("jna.boot.library.path", folder.toAbsolutePath().toString());
        System.setProperty("jna.nounpack", "true");
        System.setProperty("jna.nosys", "true");
        System.setProperty("jna.platform.library.path", NOWHERE);
        return folder;
    }

    /** Returns what a child's command line needs to use the same folder. */
    static List<String> flags(Path folder) {
        return List.of(
                "-Djna.boot.library.path=" + folder,
                "-Djna.nounpack=true",
                "-Djna.nosys=true",
                "-Djna.platform.library.path=" + NOWHERE);
    }

    private static String resource() {
        String machine = System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86-64";
        return "/com/sun/jna/linux-" + machine + "/" + NAME;
    }
}
