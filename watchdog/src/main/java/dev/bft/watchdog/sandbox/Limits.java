package dev.bft.watchdog.sandbox;

/**
 * How much a launched process may take. No core file is ever written, for it would hold the process's memory. The number
 * of its threads is not limited here: that limit counts all processes of a user, and in the default mode the watchdog
 * and other software share the user.
 *
 * @param openFiles the most descriptors at once
 * @param fileBytes the most bytes of one file
 */
public record Limits(int openFiles, long fileBytes) {

    private static final int OPEN_FILES_MIN = 64;

    public Limits {
        if (openFiles < OPEN_FILES_MIN || fileBytes <= 0) {
            throw new IllegalArgumentException("limits: " + openFiles + " open files of " + fileBytes + " bytes");
        }
    }
}
