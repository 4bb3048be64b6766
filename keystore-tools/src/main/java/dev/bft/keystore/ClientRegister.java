package dev.bft.keystore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * The list of clients that were issued credentials, a line of number and name for each: it keeps their numbers apart
 * even when their files went to other hosts.
 */
final class ClientRegister {

    private static final String NAME = "issued";
    private static final int BYTES_MAX = 4 << 20;

    private ClientRegister() {}

    static void create(Path clients) throws IOException {
        SafeFiles.create(clients.resolve(NAME), new byte[0], SafeFiles.SECRET_MODE);
    }

    /** Takes the next number for a new name. */
    static int add(Path clients, String name) throws ConfigException, IOException {
        Path file = clients.resolve(NAME);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.lock();
            List<String> lines = new String(readAll(channel, file), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
            int next = Credential.CLIENT_ID_MIN;
            for (int i = 0; i < lines.size(); i++) {
                String[] words = lines.get(i).split(" ", -1);
                if (words.length != 2 || !words[0].matches("[1-9][0-9]{3,8}")) {
                    throw new ConfigException(
                            file + ":" + (i + 1) + ": not a number and a name; restore it from a copy");
                }
                if (words[1].equals(name)) {
                    throw new ConfigException(
                            file + ":" + (i + 1) + ": there was a client " + name + " already; choose another name");
                }
                next = Math.max(next, Integer.parseInt(words[0]) + 1);
            }
            append(channel, next + " " + name + "\n");
            return next;
        } catch (NoSuchFileException e) {
            throw new ConfigException(
                    file + ": there is no such file; give the cluster folder with -c, or restore it from a copy", e);
        } catch (AccessDeniedException e) {
            throw new ConfigException(file + ": you may not write it; run as its owner", e);
        }
    }

    /** Reads through the locked channel: closing another one of the same file would give the lock up. */
    private static byte[] readAll(FileChannel channel, Path file) throws IOException, ConfigException {
        if (channel.size() > BYTES_MAX) {
            throw new ConfigException(file + ": it is longer than " + BYTES_MAX + " bytes; restore it from a copy");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
        while (bytes.hasRemaining() && channel.read(bytes) > 0) {
            // A read may return less than was asked for.
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static void append(FileChannel channel, String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        channel.position(channel.size());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(true);
    }
}
