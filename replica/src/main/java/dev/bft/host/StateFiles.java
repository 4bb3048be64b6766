package dev.bft.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Makes a replica's state folder. */
public final class StateFiles {
    private StateFiles() {}

    /**
     * Makes the state folder of a replica of a new cluster: an empty vote log bound to tick 0, so that from now on a
     * missing one means that votes were lost. The replica makes the file of the state itself when it starts.
     *
     * @param folder the state folder, made if it is missing
     * @param cluster the 16 bytes that name the cluster
     * @param replica the replica's id
     */
    public static void create(Path folder, byte[] cluster, int replica) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (VoteLog votes = new VoteLog(new Directory(folder), new Owner(cluster, replica), 0)) {
            votes.replace(0, true, List.of());
        }
    }
}
