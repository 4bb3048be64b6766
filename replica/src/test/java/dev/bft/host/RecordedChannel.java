package dev.bft.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file channel that tells what is done to the file. */
final class RecordedChannel extends FileChannel {
    private final FileChannel real;
    private final Listener listener;

    /** Whom it tells. */
    interface Listener {
        void wrote(long position, byte[] bytes) throws IOException;

        void truncated(long size);

        void forced();
    }

    RecordedChannel(FileChannel real, Listener listener) {
        this.real = real;
        this.listener = listener;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        byte[] bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        listener.wrote(position, bytes);
        int count = real.write(source, position);
        if (count != bytes.length) {
            throw new IOException("a short write, which this recorder does not expect");
        }
        return count;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        listener.truncated(size);
        real.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        real.force(metaData);
        listener.forced();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return real.read(target, position);
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return real.map(mode, position, size);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
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
        return new IllegalStateException("the storage classes read and write at positions only");
    }
}
