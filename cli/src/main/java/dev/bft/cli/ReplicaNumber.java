package dev.bft.cli;

import dev.bft.keystore.ClusterFolder;
import java.util.List;

/** A replica's number on the command line. */
final class ReplicaNumber {

    private ReplicaNumber() {}

    /** Refuses a number that is not of a replica on this host. */
    static void check(int replica, List<Integer> here, ClusterFolder folder) throws CommandException {
        if (!here.contains(replica)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "replica " + replica + " is not on this host; " + folder.root() + " has here: "
                            + (here.isEmpty()
                                    ? "none"
                                    : String.join(
                                            ", ",
                                            here.stream().map(String::valueOf).toList())));
        }
    }
}
