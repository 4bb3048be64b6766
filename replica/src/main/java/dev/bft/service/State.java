package dev.bft.service;

/**
 * The replicated state as a service sees it: {@link #size()} bytes, zero at first, addressed from 0.
 *
 * <p>A service keeps nothing anywhere else: what it does not write here is not replicated, not in the
 * checkpoint digest (section 8.1 of bft-protocol(7)), and gone after a recovery. Writes of an operation that
 * throws are undone by the library. Not thread safe: it may be used only inside the upcall it was given to.
 *
 * <p>Every access outside of 0..{@link #size()} throws {@link IndexOutOfBoundsException} and changes nothing. The
 * cost of a write is a page: keep together what is written together.
 */
public interface State {
    /** The size in bytes of the pages that the library copies and digests. */
    int PAGE_SIZE = 4096;

    /** The number of bytes, fixed when the cluster is made; a multiple of the page size. */
    long size();

    /** Copies {@code length} bytes at {@code address} to {@code target} from {@code offset} on. */
    void read(long address, byte[] target, int offset, int length);

    /** Copies {@code length} bytes of {@code source} from {@code offset} on to {@code address}. */
    void write(long address, byte[] source, int offset, int length);

    /** The big-endian 4-byte integer at {@code address}. */
    int readInt(long address);

    /** Writes a big-endian 4-byte integer. */
    void writeInt(long address, int value);

    /** The big-endian 8-byte integer at {@code address}. */
    long readLong(long address);

    /** Writes a big-endian 8-byte integer. */
    void writeLong(long address, long value);
}
