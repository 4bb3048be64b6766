package dev.bft.watchdog.audit;

import dev.bft.keystore.ClassArchive;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running {@link AuditTailMain}, asked for what is new. What it says is bounded and checked line by line. */
final class ReaderProcess implements AutoCloseable {

    /** A small JVM that starts fast, dies without a word or a core, and starts no process of its own for JNA. */
    private static final List<String> READER_FLAGS = List.of(
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:Tier3InvocationThreshold=1000",
            "-XX:Tier3MinInvocationThreshold=500",
            "-XX:Tier3CompileThreshold=4000",
            "-Xshare:auto",
            "-XX:-UsePerfData",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:+SuppressFatalErrorMessage",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-Djna.platform.library.path=/nonexistent");

    private static final int LINE_BYTES_MAX = 2 * (AuditText.RECORD_BYTES_MAX + 1) + 16;
    private static final Duration EXIT_WAIT = Duration.ofSeconds(10);

    private final Process process;
    private final InputStream lines;
    private final OutputStream questions;
    private final Duration patience;
    private final byte[] line = new byte[LINE_BYTES_MAX];
    private volatile long silentSinceNanos;
    private volatile boolean waiting;
    private volatile boolean stuck;

    /** What the process says. */
    sealed interface Said {

        /** A record's bytes, or what the queue has in its place. */
        record Bytes(byte[] bytes) implements Said {}

        /** Nothing more for now. */
        record End() implements Said {}

        /** Nothing more for ever, and why. */
        record Gone(String why) implements Said {}
    }

    private ReaderProcess(Process process, Duration patience) {
        this.process = process;
        this.lines = new BufferedInputStream(process.getInputStream(), 1 << 16);
        this.questions = process.getOutputStream();
        this.patience = patience;
    }

    /** Starts a reader of this queue; it is killed if it says nothing for so long while it is waited for. */
    static ReaderProcess start(Path queue, Duration patience) throws IOException {
        List<String> command = command(queue, ProcessHandle.current().pid());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        ReaderProcess reader = new ReaderProcess(builder.start(), patience);
        Thread guard = new Thread(reader::guard, "audit-reader-patience");
        guard.setDaemon(true);
        guard.start();
        String hello = reader.line();
        if (!hello.equals(AuditTailMain.HELLO)) {
            reader.close();
            throw new IOException("the process that reads audit logs did not start: " + command.get(0) + " "
                    + AuditTailMain.class.getName() + reader.exit());
        }
        return reader;
    }

    /** The command line of a reader that lives no longer than the process that has it started. */
    static List<String> command(Path queue, long starter) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(AuditStore.JVM_FLAGS);
        command.addAll(READER_FLAGS);
        command.addAll(ClassArchive.flags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AuditTailMain.class.getName()));
        command.addAll(List.of(queue.toString(), String.valueOf(starter)));
        return command;
    }

    /** Asks for what is new. */
    void ask() {
        try {
            questions.write('\n');
            questions.flush();
        } catch (IOException e) {
            // It is gone; the next answer says so.
        }
    }

    /** Its next answer. */
    Said answer() {
        String line;
        try {
            line = line();
        } catch (IOException e) {
            return new Said.Gone("its reader's pipe broke (" + e.getMessage() + ")");
        }
        if (line.equals(AuditTailMain.END)) {
            return new Said.End();
        }
        if (line.startsWith(AuditTailMain.FAILED)) {
            return new Said.Gone("its reader failed: " + line.substring(AuditTailMain.FAILED.length()));
        }
        if (line.isEmpty()) {
            return new Said.Gone("its reader died" + exit());
        }
        try {
            if (line.startsWith(AuditTailMain.RECORD)) {
                return new Said.Bytes(HexFormat.of().parseHex(line, AuditTailMain.RECORD.length(), line.length()));
            }
        } catch (IllegalArgumentException e) {
            // Not hex: told below, like any other line that no reader says.
        }
        process.destroyForcibly();
        return new Said.Gone("its reader said what no reader says");
    }

    /** The next line; empty at the end, or if there is none within the bounds. */
    private String line() throws IOException {
        silentSinceNanos = System.nanoTime();
        waiting = true;
        int length = 0;
        for (int c = lines.read(); c != '\n'; c = lines.read()) {
            if (c < 0 || length == line.length) {
                waiting = false;
                return c < 0 ? "" : "x";
            }
            line[length++] = (byte) c;
        }
        waiting = false;
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
    }

    private String exit() {
        if (stuck) {
            return " (killed: nothing from it for " + patience.toSeconds() + " s)";
        }
        try {
            boolean ended = process.waitFor(EXIT_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            return ended ? " (exit " + process.exitValue() + ")" : " (it does not end)";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private void guard() {
        try {
            while (!process.waitFor(1, TimeUnit.SECONDS)) {
                if (waiting && System.nanoTime() - silentSinceNanos > patience.toNanos()) {
                    stuck = true;
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
