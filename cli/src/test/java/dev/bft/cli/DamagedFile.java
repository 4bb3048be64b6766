package dev.bft.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Damages files as a bad disk or an intruder would. */
final class DamagedFile {

    private static final int AROUND = 16;

    private DamagedFile() {}

    /** Overwrites the last place of a text, and what stands around it, in the files of this kind below a folder. */
    static void overwrite(Path folder, String suffix, String text) throws IOException {
        boolean found = false;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(suffix)).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                int at = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(text);
                if (at >= 0) {
                    found = true;
                    for (int i = Math.max(0, at - AROUND); i < Math.min(bytes.length, at + AROUND); i++) {
                        bytes[i] ^= 0x55;
                    }
                    Files.write(file, bytes);
                }
            }
        }
        if (!found) {
            throw new IOException("'" + text + "' is in no " + suffix + " file below " + folder);
        }
    }

    /** Flips bits all over a file; its length stays. */
    static void scramble(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i += 7) {
            bytes[i] ^= (byte) 0xa5;
        }
        Files.write(file, bytes);
    }
}
