package dev.bft.watchdog;

import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The numbers of boots and recoveries on disk: replaced as a whole, so that a power cut leaves the old or the new. */
final class BootNumbersFile {

    private static final int BYTES_MAX = 256;
    private static final Pattern TEXT =
            Pattern.compile("bft boot numbers 1\nboot (0|[1-9][0-9]{0,17})\ntick (0|[1-9][0-9]{0,17})\n(saving\n)?");

    private final Path file;

    BootNumbersFile(Path file) {
        this.file = file;
    }

    /** None are read as zero: this is how a replica's first boot finds it. */
    BootNumbers load() throws ConfigException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return BootNumbers.NONE;
        }
        try {
            byte[] bytes = Files.size(file) > BYTES_MAX ? new byte[0] : Files.readAllBytes(file);
            Matcher matcher = TEXT.matcher(new String(bytes, StandardCharsets.US_ASCII));
            if (!matcher.matches()) {
                throw new ConfigException(file + ": these are no boot numbers; remove the file, and the replica will"
                        + " vote again only when the others have gone on without its old votes");
            }
            return new BootNumbers(
                    Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), matcher.group(3) != null);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e, e);
        }
    }

    /** Returns when the numbers are on disk. */
    void keep(BootNumbers numbers) throws IOException {
        String text = "bft boot numbers 1\nboot " + numbers.boot() + "\ntick " + numbers.tick() + "\n"
                + (numbers.saving() ? "saving\n" : "");
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
