package dev.bft.keystore;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * A counter that never gives a number twice, whatever dies and whenever.
 *
 * <p>Two slots hold the end of the block of numbers that may be given out. A block's end is on disk before its first
 * number is given; a restart goes on at the end, so numbers are skipped and never repeated. The slot with the lower
 * end is written, so that a torn write leaves the other. The ends never differ by more than one block: if one slot is
 * unreadable, a block beyond the other is safe, whichever of the two it was. Both unreadable, or no file: the
 * counter cannot be known, and nothing starts from a guess.
 */
public final class CounterFile implements Closeable {

    /** The counter's file name in the coprocessor's folder. */
    public static final String NAME = "counter";

    private static final long MAGIC = 0x6266742d636e7431L;
    private static final int SLOT_BYTES = 2 * Long.BYTES + Integer.BYTES;

    /** Slots a page apart, so that no single write touches both. */
    private static final int SLOT_DISTANCE = 4096;

    private static final long BLOCK = 64;
    private static final long FIRST = 1;
    private static final String ADVICE =
            "an older copy would repeat signatures, so do not restore one: make a new cluster with bft keygen";

    private final FileChannel channel;
    private final long[] ends = new long[2];
    private long next;
    private long reservedEnd;

    private CounterFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Makes the file of a new counter, whose first number is 1. */
    public static void create(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(2 * SLOT_DISTANCE);
        bytes.put(0, slotBytes(FIRST)).put(SLOT_DISTANCE, slotBytes(FIRST));
        SafeFiles.create(file, bytes.array(), SafeFiles.SECRET_MODE);
    }

    /** Opens a counter; no other process may have it open. */
    public static CounterFile open(Path file) throws ConfigException {
        try {
            CounterFile counter =
                    new CounterFile(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
            if (!counter.start(file)) {
                counter.close();
                throw new ConfigException(file + ": neither slot of the counter is valid; " + ADVICE);
            }
            return counter;
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": there is no counter file; " + ADVICE, e);
        } catch (AccessDeniedException e) {
            throw new ConfigException(file + ": you may not read and write it; run as its owner", e);
        } catch (IOException e) {
            throw new ConfigException(file + ": the counter cannot be read or written: " + e.getMessage(), e);
        }
    }

    /** Looks whether a counter can be opened, also one that a coprocessor has open. */
    public static void check(Path file) throws ConfigException {
        byte[] bytes = SafeFiles.readSecret(file, 2 * SLOT_DISTANCE, ADVICE);
        if (slot(bytes, 0).isEmpty() && slot(bytes, SLOT_DISTANCE).isEmpty()) {
            throw new ConfigException(file + ": neither slot of the counter is valid; " + ADVICE);
        }
    }

    /** The next number. When this returns, no restart can give it again; when it throws, the process must end. */
    public synchronized long next() throws IOException {
        if (next == reservedEnd) {
            long end = Math.addExact(next, BLOCK);
            write(ends[0] <= ends[1] ? 0 : 1, end);
            reservedEnd = end;
        }
        return next++;
    }

    /** Gives the file free. */
    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Finds where to go on; false if that cannot be known. */
    private boolean start(Path file) throws IOException {
        if (!lock()) {
            channel.close();
            throw new IOException("another coprocessor uses " + file.getFileName() + "; stop that one first");
        }
        OptionalLong first = read(0);
        OptionalLong second = read(1);
        if (first.isEmpty() && second.isEmpty()) {
            return false;
        }
        if (first.isPresent() && second.isPresent()) {
            ends[0] = first.getAsLong();
            ends[1] = second.getAsLong();
        } else {
            long safe = Math.addExact(first.orElseGet(second::getAsLong), BLOCK);
            write(first.isEmpty() ? 0 : 1, safe);
            write(first.isEmpty() ? 1 : 0, safe);
        }
        next = Math.max(ends[0], ends[1]);
        reservedEnd = next;
        return true;
    }

    private boolean lock() throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private OptionalLong read(int slot) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES);
        long base = (long) slot * SLOT_DISTANCE;
        while (bytes.hasRemaining() && channel.read(bytes, base + bytes.position()) > 0) {
            // A read may return less than was asked for.
        }
        return bytes.hasRemaining() ? OptionalLong.empty() : slot(bytes.array(), 0);
    }

    private static OptionalLong slot(byte[] bytes, int at) {
        if (bytes.length < at + SLOT_BYTES) {
            return OptionalLong.empty();
        }
        byte[] slot = Arrays.copyOfRange(bytes, at, at + SLOT_BYTES);
        long end = ByteBuffer.wrap(slot).getLong(Long.BYTES);
        boolean valid = end >= FIRST && Arrays.equals(slot, slotBytes(end));
        return valid ? OptionalLong.of(end) : OptionalLong.empty();
    }

    private void write(int slot, long end) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(slotBytes(end));
        while (bytes.hasRemaining()) {
            channel.write(bytes, (long) slot * SLOT_DISTANCE + bytes.position());
        }
        channel.force(false);
        ends[slot] = end;
    }

    private static byte[] slotBytes(long end) {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES).putLong(MAGIC).putLong(end);
        CRC32C sum = new CRC32C();
        sum.update(bytes.array(), 0, 2 * Long.BYTES);
        return bytes.putInt((int) sum.getValue()).array();
    }
}
