package dev.bft.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A folder that remembers every write, sync, creation and rename, and can tell what a crash at any of them may have
 * left: unsynced writes lost, torn by sector or by byte, and unsynced names lost.
 */
final class RecordedFolder implements Folder {
    private static final int SECTOR = 512;

    private final Directory real;
    /** Written by the thread that writes the files, counted by others. */
    private final List<Step> steps = Collections.synchronizedList(new ArrayList<>());

    private final Map<String, Integer> inodes = new TreeMap<>();
    private int inodeCount;

    /** One thing done; data steps belong to an inode, the others to the folder. */
    sealed interface Step {}

    record Write(int inode, long position, byte[] bytes) implements Step {}

    record Truncate(int inode, long size) implements Step {}

    record Force(int inode) implements Step {}

    record Create(String name, int inode) implements Step {}

    record Rename(String from, String to) implements Step {}

    record Remove(String name) implements Step {}

    record Sync() implements Step {}

    RecordedFolder(Path path) {
        this.real = new Directory(path);
    }

    /** Takes a file that is there already as one that was written and synced. */
    void adopt(String name, byte[] bytes) {
        inodes.put(name, inodeCount);
        steps.add(new Create(name, inodeCount));
        steps.add(new Write(inodeCount, 0, bytes));
        steps.add(new Force(inodeCount++));
        steps.add(new Sync());
    }

    /** How many steps were done. */
    int stepCount() {
        return steps.size();
    }

    /** How many syncs of file contents were done. */
    int forceCount() {
        return (int) steps.stream().filter(Force.class::isInstance).count();
    }

    /** The bytes of a step that writes; 0 for another. */
    int sizeOf(int step) {
        return steps.get(step) instanceof Write write ? write.bytes.length : 0;
    }

    @Override
    public boolean has(String name) {
        return real.has(name);
    }

    @Override
    public FileChannel open(String name) throws IOException {
        if (!real.has(name)) {
            inodes.put(name, inodeCount);
            steps.add(new Create(name, inodeCount++));
        }
        int inode = inodes.getOrDefault(name, -1);
        return new RecordedChannel(real.open(name), new RecordedChannel.Listener() {
            @Override
            public void wrote(long position, byte[] bytes) {
                steps.add(new Write(inode, position, bytes));
            }

            @Override
            public void truncated(long size) {
                steps.add(new Truncate(inode, size));
            }

            @Override
            public void forced() {
                steps.add(new Force(inode));
            }
        });
    }

    @Override
    public void rename(String from, String to) throws IOException {
        real.rename(from, to);
        inodes.put(to, inodes.remove(from));
        steps.add(new Rename(from, to));
    }

    @Override
    public void remove(String name) throws IOException {
        real.remove(name);
        if (inodes.remove(name) != null) {
            steps.add(new Remove(name));
        }
    }

    @Override
    public void sync() throws IOException {
        real.sync();
        steps.add(new Sync());
    }

    /** How much of what is not synced a crash leaves. */
    sealed interface Loss {}

    /** Nothing. */
    record All() implements Loss {}

    /** Everything, but of the last write only so many bytes. */
    record Torn(int bytes) implements Loss {}

    /** Sectors at random. */
    record Some(long seed) implements Loss {}

    /** Puts into {@code target} what a crash after so many steps may have left. */
    void crash(int count, Loss loss, Path target) throws IOException {
        Random random = new Random(loss instanceof Some some ? some.seed : 0);
        Map<String, Integer> names = new TreeMap<>();
        int namesDurable = lastSync(count, -1);
        boolean lost = false;
        for (int i = 0; i < count; i++) {
            boolean synced = i < namesDurable;
            lost |= !synced && loss instanceof All;
            lost |= !synced && loss instanceof Some && isName(steps.get(i)) && random.nextBoolean();
            if (!lost) {
                name(steps.get(i), names);
            }
        }
        for (Map.Entry<String, Integer> entry : names.entrySet()) {
            Files.write(target.resolve(entry.getKey()), content(entry.getValue(), count, loss, random));
        }
    }

    private static boolean isName(Step step) {
        return step instanceof Create || step instanceof Rename || step instanceof Remove;
    }

    private static void name(Step step, Map<String, Integer> names) {
        if (step instanceof Create create) {
            names.put(create.name, create.inode);
        } else if (step instanceof Rename rename) {
            names.put(rename.to, names.remove(rename.from));
        } else if (step instanceof Remove remove) {
            names.remove(remove.name);
        }
    }

    /** The last sync of an inode's data, or with inode -1 of the names. */
    private int lastSync(int count, int inode) {
        for (int i = count - 1; i >= 0; i--) {
            Step step = steps.get(i);
            if (inode < 0 ? step instanceof Sync : step instanceof Force force && force.inode == inode) {
                return i;
            }
        }
        return -1;
    }

    private byte[] content(int inode, int count, Loss loss, Random random) {
        Content content = new Content();
        int durable = lastSync(count, inode);
        for (int i = 0; i < count; i++) {
            Step step = steps.get(i);
            boolean synced = i < durable;
            if (!synced && loss instanceof All) {
                break;
            }
            boolean losing = !synced && loss instanceof Some;
            if (step instanceof Write write && write.inode == inode) {
                boolean torn = i == count - 1 && loss instanceof Torn;
                byte[] bytes = torn ? Arrays.copyOf(write.bytes, ((Torn) loss).bytes) : write.bytes;
                content.write(write.position, bytes, losing ? random : NEVER);
            } else if (step instanceof Truncate truncate && truncate.inode == inode) {
                if (!losing || random.nextBoolean()) {
                    content.truncate((int) truncate.size);
                }
            }
        }
        return Arrays.copyOf(content.bytes, content.size);
    }

    /** Loses nothing. */
    private static final Random NEVER = new Random(0) {
        @Override
        public boolean nextBoolean() {
            return false;
        }
    };

    /** The content of a file as it comes about. */
    private static final class Content {
        private byte[] bytes = new byte[1 << 20];
        private int size;

        void truncate(int newSize) {
            if (newSize < size) {
                Arrays.fill(bytes, newSize, size, (byte) 0);
                size = newSize;
            }
        }

        void write(long position, byte[] source, Random losing) {
            int end = (int) position + source.length;
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
            }
            for (int from = 0; from < source.length; ) {
                int at = (int) position + from;
                int length = Math.min(source.length - from, SECTOR - at % SECTOR);
                if (!losing.nextBoolean()) {
                    System.arraycopy(source, from, bytes, at, length);
                    size = Math.max(size, at + length);
                }
                from += length;
            }
        }
    }
}
