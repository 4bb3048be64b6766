package dev.bft.state;

import dev.bft.service.State;

/** A run of pages, addressed by byte from 0. */
final class Region implements State {
    private static final int PAGE = PagedState.PAGE_SIZE;

    private final PagedState pages;
    private final int first;
    private final long size;

    Region(PagedState pages, int first, int count) {
        this.pages = pages;
        this.first = first;
        this.size = (long) count * PAGE;
    }

    @Override
    public long size() {
        return size;
    }

    private void check(long address, int length) {
        if (address < 0 || length < 0 || address > size - length) {
            throw new IndexOutOfBoundsException(address + "+" + length + " of " + size);
        }
    }

    private static void check(byte[] bytes, int offset, int length) {
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            throw new IndexOutOfBoundsException(offset + "+" + length + " of an array of " + bytes.length);
        }
    }

    private int page(long address) {
        return first + (int) (address / PAGE);
    }

    private static int at(long address) {
        return (int) (address % PAGE);
    }

    @Override
    public void read(long address, byte[] target, int offset, int length) {
        check(address, length);
        check(target, offset, length);
        for (int done = 0; done < length; ) {
            int at = at(address + done);
            int part = Math.min(length - done, PAGE - at);
            pages.read(page(address + done), at, new PagePool.Span(target, offset + done, part));
            done += part;
        }
    }

    @Override
    public void write(long address, byte[] source, int offset, int length) {
        check(address, length);
        check(source, offset, length);
        for (int done = 0; done < length; ) {
            int at = at(address + done);
            int part = Math.min(length - done, PAGE - at);
            pages.write(page(address + done), at, new PagePool.Span(source, offset + done, part));
            done += part;
        }
    }

    @Override
    public int readInt(long address) {
        check(address, Integer.BYTES);
        return at(address) <= PAGE - Integer.BYTES
                ? pages.readInt(page(address), at(address))
                : (int) number(address, Integer.BYTES);
    }

    @Override
    public void writeInt(long address, int value) {
        check(address, Integer.BYTES);
        if (at(address) <= PAGE - Integer.BYTES) {
            pages.writeInt(page(address), at(address), value);
        } else {
            put(address, value, Integer.BYTES);
        }
    }

    @Override
    public long readLong(long address) {
        check(address, Long.BYTES);
        return at(address) <= PAGE - Long.BYTES
                ? pages.readLong(page(address), at(address))
                : number(address, Long.BYTES);
    }

    @Override
    public void writeLong(long address, long value) {
        check(address, Long.BYTES);
        if (at(address) <= PAGE - Long.BYTES) {
            pages.writeLong(page(address), at(address), value);
        } else {
            put(address, value, Long.BYTES);
        }
    }

    /** A number that lies across two pages. */
    private long number(long address, int length) {
        byte[] bytes = new byte[length];
        read(address, bytes, 0, length);
        return BigEndian.read(bytes, 0, length);
    }

    private void put(long address, long value, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (value >>> (8 * (length - 1 - i)));
        }
        write(address, bytes, 0, length);
    }
}
