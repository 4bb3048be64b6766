package dev.bft.watchdog.audit;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The process that reads a queue and may die of it. For every byte on stdin it prints the records that are new, each
 * as {@code record HEX}, then {@code end}; it ends when stdin does. Whoever started it believes none of that unchecked.
 */
public final class AuditTailMain {

    static final String HELLO = "reader 1";
    static final String RECORD = "record ";
    static final String END = "end";
    static final String FAILED = "failed ";

    private final OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);

    private AuditTailMain() {}

    /** Reads the queue in the folder that is the first argument, as long as the process that is the second one lives. */
    public static void main(String[] args) throws IOException {
        AuditTailMain main = new AuditTailMain();
        // Chronicle waits for many seconds at times, with locks that keep the next writer out.
        CompletableFuture<Void> unused = ProcessHandle.of(Long.parseLong(args[1]))
                .map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(ProcessHandle.current()))
                .thenRun(() -> Runtime.getRuntime().halt(1));
        // Whatever a library prints is not for our reader.
        System.setOut(System.err);
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> main.fail(failure));
        main.say(HELLO);
        main.out.flush();
        main.run(Path.of(args[0]));
    }

    private void run(Path queue) throws IOException {
        try (AuditReader reader = new AuditReader(queue)) {
            while (System.in.read() >= 0) {
                for (Optional<byte[]> next = reader.next(); next.isPresent(); next = reader.next()) {
                    say(RECORD + HexFormat.of().formatHex(next.get()));
                }
                say(END);
                out.flush();
            }
        }
    }

    private void say(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.ISO_8859_1));
        out.write('\n');
    }

    private void fail(Throwable failure) {
        String text = FAILED + failure;
        try {
            say(text.substring(0, Math.min(text.length(), 400)).replaceAll("[^ -~]", "?"));
            out.flush();
        } catch (IOException e) {
            // Nobody listens any more; the exit code is all that is left to say.
        }
        Runtime.getRuntime().halt(1);
    }
}
