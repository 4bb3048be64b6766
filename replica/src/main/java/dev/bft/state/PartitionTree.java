package dev.bft.state;

import dev.bft.wire.Digest;
import dev.bft.wire.Out;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * The digests of all pages, of chunks of {@link #FAN_OUT} pages, and of the whole (section 8.1): SHA-256 over the
 * concatenation of the children (8.2), each level with its own tag, so that no digest stands for two things.
 */
final class PartitionTree {
    static final int FAN_OUT = 256;

    private static final byte[] PAGE = Digest.tag("P");
    private static final byte[] CHUNK = Digest.tag("C");
    private static final byte[] ROOT = Digest.tag("R");

    private final Digest[] pages;
    private final Digest[] chunks;
    private Digest root = Digest.ZERO;

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

    Digest page(int page) {
        return pages[page];
    }

    Digest chunk(int chunk) {
        return chunks[chunk];
    }

    List<Digest> chunks() {
        return List.of(chunks);
    }

    Digest root() {
        return root;
    }

    static Digest pageDigest(int page, byte[] bytes) {
        return Digest.of(PAGE, new Out(4).i32(page).toBytes(), bytes);
    }

    Digest chunkDigest(int chunk, List<Digest> children) {
        return over(CHUNK, chunk, children);
    }

    Digest rootDigest(List<Digest> children) {
        return over(ROOT, pages.length, children);
    }

    private static Digest over(byte[] tag, int number, List<Digest> children) {
        Out out = new Out(8 + children.size() * Digest.BYTES);
        out.fixed(tag).i32(number);
        children.forEach(out::digest);
        return Digest.of(out.toBytes());
    }

    /** The children of a chunk as they are now. */
    private List<Digest> children(int chunk) {
        int first = chunk * FAN_OUT;
        return Arrays.asList(pages).subList(first, Math.min(first + FAN_OUT, pages.length));
    }

    /** How many pages a chunk has. */
    int chunkSize(int chunk) {
        return Math.min(FAN_OUT, pages.length - chunk * FAN_OUT);
    }

    /** These pages changed; the digests they had before. */
    SortedMap<Integer, Digest> update(Map<Integer, byte[]> changed) {
        TreeMap<Integer, Digest> before = new TreeMap<>();
        TreeSet<Integer> touched = new TreeSet<>();
        changed.forEach((page, bytes) -> {
            before.put(page, pages[page]);
            pages[page] = pageDigest(page, bytes);
            touched.add(page / FAN_OUT);
        });
        touched.forEach(chunk -> chunks[chunk] = chunkDigest(chunk, children(chunk)));
        root = rootDigest(new ArrayList<>(Arrays.asList(chunks)));
        return before;
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
