package dev.bft.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a process said last in its log, which may be anything: read with a bound and fit for a terminal. */
final class LastWords {

    private static final int BYTES_READ = 16 << 10;
    private static final int LENGTH_MAX = 400;

    /** How our processes begin the one line with which they end. */
    private static final List<String> BEGINNINGS = List.of("bft: ", "bft-replica: ");

    private LastWords() {}

    /** The last line with which one of our processes said why it ends; empty if there is none. */
    static Optional<String> in(Path log, long from) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(from, file.length() - BYTES_READ);
            byte[] bytes = new byte[(int) Math.max(0, Math.min(BYTES_READ, file.length() - start))];
            file.seek(Math.min(start, file.length()));
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.lines().map(LastWords::words).flatMap(Optional::stream).reduce((first, last) -> last);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> words(String line) {
        return BEGINNINGS.stream()
                .filter(line::startsWith)
                .map(beginning -> KvText.shown(line.substring(beginning.length())))
                .map(words -> words.substring(0, Math.min(LENGTH_MAX, words.length())))
                .findFirst();
    }
}
