package dev.bft.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/** A file in memory, as far as a segment of the vote log uses one. */
final class MemoryChannel extends FileChannel {
    private byte[] bytes = new byte[0];

    /** What the file holds. */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public int write(ByteBuffer source, long position) {
        int count = source.remaining();
        int end = (int) position + count;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, end);
        }
        source.get(bytes, (int) position, count);
        return count;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public void force(boolean metaData) {
        // Memory is as durable as a simulation needs.
    }

    @Override
    protected void implCloseChannel() throws IOException {
        // Nothing is held open.
    }

    @Override
    public int read(ByteBuffer target, long position) {
        throw unexpected();
    }

    @Override
    public FileChannel truncate(long size) {
        throw unexpected();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw unexpected();
    }

    @Override
    public int read(ByteBuffer target) {
        throw unexpected();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw unexpected();
    }

    @Override
    public int write(ByteBuffer source) {
        throw unexpected();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw unexpected();
    }

    @Override
    public long position() {
        throw unexpected();
    }

    @Override
    public FileChannel position(long newPosition) {
        throw unexpected();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw unexpected();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw unexpected();
    }

    @Override
    public FileLock lock(long position, long size, boolean isShared) {
        throw unexpected();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean isShared) {
        throw unexpected();
    }

    private static IllegalStateException unexpected() {
        return new IllegalStateException("a segment is only written at positions");
    }
}
