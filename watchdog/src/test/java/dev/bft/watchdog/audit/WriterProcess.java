package dev.bft.watchdog.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A process that writes the log of replica 1: one record for every byte on stdin, its index on stdout. */
final class WriterProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private long acknowledged;

    private WriterProcess(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    static WriterProcess start(Path folder) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(AuditStore.JVM_FLAGS);
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.addAll(List.of(WriterProcess.class.getName(), folder.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        return new WriterProcess(builder.start());
    }

    long pid() {
        return process.pid();
    }

    /** Asks for a record. */
    void append() throws IOException {
        OutputStream questions = process.getOutputStream();
        questions.write('\n');
        questions.flush();
    }

    /** The index of the next record that was acknowledged; the last one if there is none any more. */
    long acknowledged() throws IOException {
        String line = answers.readLine();
        acknowledged = line == null ? acknowledged : Long.parseLong(line);
        return acknowledged;
    }

    /** kill -9; returns the index of the last record that was acknowledged. */
    long kill() throws IOException, InterruptedException {
        // By its handle: the process itself would close its pipes, with answers in them.
        process.toHandle().destroyForcibly();
        process.waitFor();
        long last = acknowledged();
        for (long next = acknowledged(); next != last; next = acknowledged()) {
            last = next;
        }
        return last;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] args) throws IOException {
        try (AuditStore store = AuditStore.open(Path.of(args[0]), 1, true)) {
            if (!store.findings().isEmpty()) {
                throw new IllegalStateException("findings: " + store.findings());
            }
            while (System.in.read() >= 0) {
                AuditRecord record = store.append(AuditKind.READY, false, new TreeMap<>(Map.of("by", "a process")));
                System.out.println(record.index());
            }
        }
    }
}
