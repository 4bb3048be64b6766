package dev.bft.state;

import dev.bft.wire.Digest;
import dev.bft.wire.Out;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The digests of all pages, of chunks of {@link #FAN_OUT} pages, and of the whole (section 8.1): SHA-256 over the
 * concatenation of the children (8.2), each level with its own tag, so that no digest stands for two things.
 *
 * <p>On the heap: 52 bytes a page, 53 MiB for a state of 4 GiB.
 */
final class PartitionTree {
    static final int FAN_OUT = 256;

    private static final byte PAGE = 'P';
    private static final byte CHUNK = 'C';
    private static final byte ROOT = 'R';

    private final MessageDigest sha = Digest.sha256();
    private final Digest[] pages;
    private final Digest[] chunks;
    private Digest root = Digest.ZERO;

    /** Digests that an update replaced: of the pages updated, and of their chunks, both in increasing order. */
    record Before(Digest[] pages, int[] chunks, Digest[] chunkDigests) {}

    PartitionTree(int pageCount) {
        pages = new Digest[pageCount];
        chunks = new Digest[(pageCount + FAN_OUT - 1) / FAN_OUT];
        Arrays.fill(pages, Digest.ZERO);
        Arrays.fill(chunks, Digest.ZERO);
    }

    int pageCount() {
        return pages.length;
    }

    int chunkCount() {
        return chunks.length;
    }

    /** A copy of the digests of all chunks. */
    Digest[] chunks() {
        return chunks.clone();
    }

    /** A copy of the digests of so many pages. */
    Digest[] pages(int first, int count) {
        return Arrays.copyOfRange(pages, first, first + count);
    }

    Digest page(int page) {
        return pages[page];
    }

    Digest chunk(int chunk) {
        return chunks[chunk];
    }

    Digest root() {
        return root;
    }

    Digest pageDigest(int page, byte[] bytes) {
        begin(PAGE, page);
        sha.update(bytes);
        return Digest.read(sha.digest(), 0);
    }

    Digest chunkDigest(int chunk, List<Digest> children) {
        return over(CHUNK, chunk, children);
    }

    Digest rootDigest(List<Digest> children) {
        return over(ROOT, pages.length, children);
    }

    private void begin(byte tag, int number) {
        sha.update(
                new byte[] {tag, (byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number});
    }

    private Digest over(byte tag, int number, List<Digest> children) {
        Out out = new Out(children.size() * Digest.BYTES);
        children.forEach(out::digest);
        begin(tag, number);
        sha.update(out.toBytes());
        return Digest.read(sha.digest(), 0);
    }

    /** The children of a chunk as they are now. */
    private List<Digest> children(int chunk) {
        int first = chunk * FAN_OUT;
        return Arrays.asList(pages).subList(first, first + chunkSize(chunk));
    }

    /** How many pages a chunk has. */
    int chunkSize(int chunk) {
        return Math.min(FAN_OUT, pages.length - chunk * FAN_OUT);
    }

    /** These pages, in increasing order, have these digests now; those that they and their chunks had before. */
    Before update(int[] changed, IntFunction<Digest> digests) {
        Digest[] pagesBefore = new Digest[changed.length];
        int[] touched = new int[changed.length];
        int touchedCount = 0;
        for (int i = 0; i < changed.length; i++) {
            int page = changed[i];
            pagesBefore[i] = pages[page];
            pages[page] = digests.apply(page);
            if (touchedCount == 0 || touched[touchedCount - 1] != page / FAN_OUT) {
                touched[touchedCount++] = page / FAN_OUT;
            }
        }
        Digest[] chunksBefore = new Digest[touchedCount];
        for (int i = 0; i < touchedCount; i++) {
            chunksBefore[i] = chunks[touched[i]];
            chunks[touched[i]] = chunkDigest(touched[i], children(touched[i]));
        }
        root = rootDigest(Arrays.asList(chunks));
        return new Before(pagesBefore, Arrays.copyOf(touched, touchedCount), chunksBefore);
    }

    /** Computes everything anew. */
    void recompute(IntFunction<byte[]> reader) {
        for (int page = 0; page < pages.length; page++) {
            pages[page] = pageDigest(page, reader.apply(page));
        }
        for (int chunk = 0; chunk < chunks.length; chunk++) {
            chunks[chunk] = chunkDigest(chunk, children(chunk));
        }
        root = rootDigest(Arrays.asList(chunks));
    }
}
