package dev.bft.host;

import dev.bft.protocol.Settings;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.function.LongConsumer;

/**
 * The file {@code executing}: the batch that is executed just now, and how often this replica died in one. After two
 * deaths at the same seqno it is halted there (decisions 9).
 *
 * <p>The file is mapped: what is stored in it outlives the process, whatever ends it, and costs no system call. It need
 * not outlive the machine: a lost mark costs one more death. Bytes that no mark can have are no mark.
 *
 * <p>A batch that stands here at a boot was being executed when the process ended; why it ended is not known, so the
 * kill of a recovery or of an operator counts too. Two of those hardly ever halt a replica: after the first one the
 * batch is executed again, and if that comes to its end the death is forgotten, as it is when any later batch is
 * executed. So both kills must fall into the same batch, and nothing may have been executed to its end from there on
 * between them.
 */
final class ExecutionMark implements LongConsumer {
    /** The name of the file. */
    static final String FILE = "executing";

    /** What is told when a batch is done. */
    private static final long NONE = 0;

    private static final int DEATHS_MAX = 2;

    /** "bftexec" and the version. */
    private static final long MAGIC = 0x6266_7465_7865_6301L;

    private static final int EXECUTING = Long.BYTES;
    private static final int DIED_AT = 2 * Long.BYTES;
    private static final int DEATHS = 3 * Long.BYTES;
    private static final int BYTES = 4 * Long.BYTES;
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final ByteBuffer file;
    private final long haltAt;
    private long executing = NONE;
    private long diedAt;

    private ExecutionMark(ByteBuffer file, ByteBuffer content) {
        this.file = file;
        this.diedAt = content.getLong(DIED_AT);
        this.haltAt = content.getLong(DEATHS) >= DEATHS_MAX ? diedAt : Settings.HALT_NOWHERE;
    }

    /** Reads the file, made if it is missing or no mark, and counts the death that it tells of. */
    static ExecutionMark open(Folder folder) throws IOException {
        try (FileChannel file = folder.open(FILE)) {
            ByteBuffer content = ByteBuffer.allocate(BYTES);
            if (file.size() == BYTES) {
                Reads.full(file, content, 0);
            }
            ByteBuffer counted = counted(content);
            file.truncate(BYTES);
            // Written whole before it is mapped: there is room for it then, and a store cannot fail.
            Writes.all(file, counted.duplicate(), 0);
            return new ExecutionMark(file.map(FileChannel.MapMode.READ_WRITE, 0, BYTES), counted);
        }
    }

    /** What the file is to hold in this life: no batch is executed yet, and one death more if one was. */
    private static ByteBuffer counted(ByteBuffer found) {
        long at = found.getLong(EXECUTING);
        long before = found.getLong(DIED_AT);
        long deaths = found.getLong(DEATHS);
        boolean sound = found.getLong(0) == MAGIC && at >= 0 && before >= 0 && deaths >= 0 && deaths <= DEATHS_MAX;
        ByteBuffer counted = ByteBuffer.allocate(BYTES).putLong(0, MAGIC);
        if (sound && at != NONE) {
            long again = at == before ? deaths : 0;
            counted.putLong(DIED_AT, at).putLong(DEATHS, Math.min(again + 1, DEATHS_MAX));
        } else if (sound) {
            counted.putLong(DIED_AT, before).putLong(DEATHS, deaths);
        }
        return counted;
    }

    /** The seqno at which this replica died twice; {@link Settings#HALT_NOWHERE} if there is none. */
    long haltAt() {
        return haltAt;
    }

    /** A batch begins to be executed, or with 0 is done: then deaths in it or before it are forgotten. */
    @Override
    public void accept(long seqno) {
        if (seqno == NONE && executing >= diedAt && diedAt != NONE) {
            diedAt = NONE;
            store(DEATHS, 0);
            store(DIED_AT, NONE);
        }
        executing = seqno;
        store(EXECUTING, seqno);
    }

    /** Nothing that is executed after it may come before it: it must be there if that kills the process. */
    private void store(int position, long value) {
        LONGS.setVolatile(file, position, value);
    }
}
