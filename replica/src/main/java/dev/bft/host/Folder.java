package dev.bft.host;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * A replica's own folder: a handful of files by name.
 *
 * <p>What is written is safe from a crash of the machine only after {@link FileChannel#force}; what is created,
 * renamed or removed only after {@link #sync}.
 */
interface Folder {
    /** Whether a file of this name is there. */
    boolean has(String name);

    /** Opens a file for reading and writing; creates it if it is not there. */
    FileChannel open(String name) throws IOException;

    /** Makes {@code from} take the name {@code to}, in one step; what had that name is gone. */
    void rename(String from, String to) throws IOException;

    /** Removes a file if it is there. */
    void remove(String name) throws IOException;

    /** Makes creations, renames and removals durable. */
    void sync() throws IOException;
}
