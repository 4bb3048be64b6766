package dev.bft.cli.bench;

import dev.bft.host.UnreplicatedServer;
import dev.bft.service.NullService;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The process of the unreplicated baseline: prints its port and that of its echo, and serves until its standard input ends. */
public final class BaselineMain {

    private static final int PAGES = 256;

    private BaselineMain() {}

    /** Serves the null service; the argument, if there is one, is the log that each operation is synced to. */
    public static void main(String[] args) throws IOException {
        Optional<FileChannel> log = args.length == 0
                ? Optional.empty()
                : Optional.of(FileChannel.open(
                        Path.of(args[0]),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND));
        try (UnreplicatedServer server = new UnreplicatedServer(new NullService(), PAGES, log)) {
            System.out.println(server.address().getPort());
            System.out.println(Echo.serve());
            Thread main = Thread.currentThread();
            Thread watch = new Thread(() -> endWithInput(main), "end-with-input");
            watch.setDaemon(true);
            watch.start();
            server.run();
        }
    }

    private static void endWithInput(Thread main) {
        try {
            while (System.in.read() >= 0) {
                // Whoever started this says nothing; the end of the pipe is what counts.
            }
        } catch (IOException e) {
            // A pipe that breaks has ended too.
        }
        main.interrupt();
    }
}
