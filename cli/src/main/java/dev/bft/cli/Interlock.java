package dev.bft.cli;

import dev.bft.keystore.ClusterFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** What keeps an operator from taking more than f replicas away at once, by what the watchdogs of this host say. */
final class Interlock {

    private static final String FILE = ".interlock";
    private static final long POLL_MILLIS = 100;

    private final ClusterFolder folder;
    private final Watchdogs watchdogs;

    Interlock(ClusterFolder folder, Watchdogs watchdogs) {
        this.folder = folder;
        this.watchdogs = watchdogs;
    }

    /** Refuses if this replica would be one too many away. */
    void check(int replica) throws CommandException, IOException, InterruptedException {
        ClusterView view = watchdogs.view();
        List<ClusterView.Member> away = away(view, replica);
        if (away.size() < view.f()) {
            return;
        }
        List<String> who =
                away.stream().map(m -> "replica " + m.id() + " is " + m.phase()).toList();
        throw new CommandException(
                ExitCode.INTERLOCK,
                String.join(", ", who) + " and at most " + view.f() + " of " + view.n()
                        + " may be away at once; wait until it is ready (bft status), or give --override-interlock");
    }

    /** Waits until this replica may be taken away. */
    void awaitRoomFor(int replica, Duration timeout) throws CommandException, IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        ClusterView view = watchdogs.view();
        while (away(view, replica).size() >= view.f()) {
            if (System.nanoTime() - deadline > 0) {
                throw new CommandException(
                        ExitCode.TIMEOUT,
                        "replica " + away(view, replica).get(0).id() + " is not ready after " + timeout.toSeconds()
                                + " s, so replica " + replica + " is not recovered; see: bft status");
            }
            Thread.sleep(POLL_MILLIS);
            view = watchdogs.view();
        }
    }

    private static List<ClusterView.Member> away(ClusterView view, int except) {
        return view.members().stream()
                .filter(member -> member.here() && member.id() != except && !member.isReady())
                .toList();
    }

    /** Waits for the turn to look and act, so that two commands at once do not both find room for one. */
    Turn take() throws IOException {
        Path file = folder.root().resolve(FILE);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return new Turn(channel, channel.lock().isValid());
    }

    /** The turn of one command; ends when closed, or with the process. */
    record Turn(FileChannel channel, boolean held) implements AutoCloseable {

        @Override
        public void close() {
            end();
        }

        void end() {
            try {
                channel.close();
            } catch (IOException e) {
                // A lock on a file that cannot even be closed ends with the process.
            }
        }
    }
}
