package dev.bft.state;

import dev.bft.wire.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What a paged state must do, done by copying everything, and its digests by the formulas of section 8.2 alone. */
final class NaiveState {
    static final int PAGE = 4096;
    static final int FAN_OUT = 256;

    byte[][] pages;
    final TreeMap<Long, byte[][]> checkpoints = new TreeMap<>();
    final List<byte[][]> marks = new ArrayList<>();

    NaiveState(int pageCount) {
        pages = new byte[pageCount][PAGE];
    }

    static byte[][] copy(byte[][] pages) {
        return Arrays.stream(pages).map(byte[]::clone).toArray(byte[][]::new);
    }

    void read(long address, byte[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = pages[(int) ((address + i) / PAGE)][(int) ((address + i) % PAGE)];
        }
    }

    void write(long address, byte[] source) {
        for (int i = 0; i < source.length; i++) {
            pages[(int) ((address + i) / PAGE)][(int) ((address + i) % PAGE)] = source[i];
        }
    }

    void mark() {
        marks.add(copy(pages));
    }

    void undo() {
        pages = marks.remove(marks.size() - 1);
    }

    void release() {
        marks.remove(marks.size() - 1);
    }

    void fold(long seqno) {
        checkpoints.put(seqno, copy(pages));
    }

    /** The pages at a checkpoint held. */
    byte[][] at(long seqno) {
        return Optional.ofNullable(checkpoints.get(seqno)).orElseThrow();
    }

    static Digest pageDigest(byte[][] pages, int page) {
        return Digest.of(new byte[] {'P'}, number(page), pages[page]);
    }

    static int chunkCount(byte[][] pages) {
        return (pages.length + FAN_OUT - 1) / FAN_OUT;
    }

    static List<Digest> chunkChildren(byte[][] pages, int chunk) {
        List<Digest> children = new ArrayList<>();
        for (int page = chunk * FAN_OUT; page < Math.min(pages.length, (chunk + 1) * FAN_OUT); page++) {
            children.add(pageDigest(pages, page));
        }
        return children;
    }

    static List<Digest> rootChildren(byte[][] pages) {
        List<Digest> children = new ArrayList<>();
        for (int chunk = 0; chunk < chunkCount(pages); chunk++) {
            children.add(Digest.of(new byte[] {'C'}, number(chunk), concatenate(chunkChildren(pages, chunk))));
        }
        return children;
    }

    static Digest root(byte[][] pages) {
        return Digest.of(new byte[] {'R'}, number(pages.length), concatenate(rootChildren(pages)));
    }

    private static byte[] concatenate(List<Digest> digests) {
        ByteBuffer out = ByteBuffer.allocate(digests.size() * Digest.BYTES);
        digests.forEach(digest -> out.put(digest.toBytes()));
        return out.array();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }
}
