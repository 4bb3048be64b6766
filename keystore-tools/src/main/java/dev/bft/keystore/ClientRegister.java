package dev.bft.keystore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The list of clients that were issued credentials: it keeps their numbers apart even when their files went to other
 * hosts. A line for each: number, name and when its credential expires, in seconds since the epoch; older lines lack
 * that.
 */
public final class ClientRegister {

    private static final String NAME = "issued";
    private static final String HEADER = "bft revocation 1";
    private static final int BYTES_MAX = 4 << 20;
    private static final Pattern LINE = Pattern.compile("([1-9][0-9]{3,8}) ([^ ]+)(?: ([0-9]{1,18}))?");

    private ClientRegister() {}

    /**
     * A client that was issued a credential.
     *
     * @param id its number
     * @param name its name
     * @param notAfterEpochSeconds when the credential expires, if that was written down
     */
    public record Issued(int id, String name, OptionalLong notAfterEpochSeconds) {}

    static void create(Path clients) throws IOException {
        SafeFiles.create(clients.resolve(NAME), new byte[0], SafeFiles.SECRET_MODE);
    }

    /** Takes the next number for a new name. */
    static int add(Path clients, String name, long notAfterEpochSeconds) throws ConfigException, IOException {
        Path file = clients.resolve(NAME);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.lock();
            int next = Credential.CLIENT_ID_MIN;
            int line = 0;
            for (Issued issued : parse(file, readAll(channel, file))) {
                line++;
                if (issued.name.equals(name)) {
                    throw new ConfigException(
                            file + ":" + line + ": there was a client " + name + " already; choose another name");
                }
                next = Math.max(next, issued.id + 1);
            }
            append(channel, next + " " + name + " " + notAfterEpochSeconds + "\n");
            return next;
        } catch (NoSuchFileException e) {
            throw missing(file, e);
        } catch (AccessDeniedException e) {
            throw new ConfigException(file + ": you may not write it; run as its owner", e);
        }
    }

    /** All clients of a cluster, in the order in which they were made. */
    public static List<Issued> list(ClusterFolder folder) throws ConfigException, IOException {
        Path file = folder.clients().resolve(NAME);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return parse(file, readAll(channel, file));
        } catch (NoSuchFileException e) {
            throw missing(file, e);
        } catch (AccessDeniedException e) {
            throw new ConfigException(file + ": you may not read it; run as its owner", e);
        }
    }

    /** The client of this name, if there ever was one. */
    public static Optional<Issued> find(ClusterFolder folder, String name) throws ConfigException, IOException {
        return list(folder).stream().filter(issued -> issued.name.equals(name)).findFirst();
    }

    /** Writes down that the replicas executed the revocation of a client; it is kept, and may be brought to them again. */
    public static void markRevoked(ClusterFolder folder, Issued client, Revocation revocation) throws IOException {
        if (!isRevoked(folder, client.name)) {
            String line = "revocation " + Base64.getEncoder().encodeToString(revocation.encoded());
            SafeFiles.create(
                    folder.revocation(client.name), KeyedLines.bytes(HEADER, List.of(line)), SafeFiles.SECRET_MODE);
        }
    }

    /** Whether it is written down here that a client is revoked. */
    public static boolean isRevoked(ClusterFolder folder, String name) {
        return Files.exists(folder.revocation(name));
    }

    private static ConfigException missing(Path file, NoSuchFileException e) {
        return new ConfigException(
                file + ": there is no such file; give the cluster folder with -c, or restore it from a copy", e);
    }

    private static List<Issued> parse(Path file, byte[] bytes) throws ConfigException {
        List<Issued> all = new ArrayList<>();
        for (String line : new String(bytes, StandardCharsets.US_ASCII).lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new ConfigException(
                        file + ":" + (all.size() + 1) + ": not a number and a name; restore it from a copy");
            }
            OptionalLong notAfter =
                    matcher.group(3) == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(matcher.group(3)));
            all.add(new Issued(Integer.parseInt(matcher.group(1)), matcher.group(2), notAfter));
        }
        return all;
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
