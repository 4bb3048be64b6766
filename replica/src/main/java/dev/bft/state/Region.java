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

    private int page(long address) {
        return first + (int) (address / PAGE);
    }

    @Override
    public void read(long address, byte[] target, int offset, int length) {
        check(address, length);
        for (int done = 0; done < length; ) {
            int at = (int) ((address + done) % PAGE);
            int part = Math.min(length - done, PAGE - at);
            System.arraycopy(pages.view(page(address + done)), at, target, offset + done, part);
            done += part;
        }
    }

    @Override
    public void write(long address, byte[] source, int offset, int length) {
        check(address, length);
        for (int done = 0; done < length; ) {
            int at = (int) ((address + done) % PAGE);
            int part = Math.min(length - done, PAGE - at);
            System.arraycopy(source, offset + done, pages.modify(page(address + done)), at, part);
            done += part;
        }
    }

    @Override
    public int readInt(long address) {
        return (int) number(address, 4);
    }

    @Override
    public void writeInt(long address, int value) {
        put(address, value, 4);
    }

    @Override
    public long readLong(long address) {
        return number(address, 8);
    }

    @Override
    public void writeLong(long address, long value) {
        put(address, value, 8);
    }

    private long number(long address, int length) {
        byte[] bytes = new byte[8];
        read(address, bytes, 0, length);
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    private void put(long address, long value, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (value >>> (8 * (length - 1 - i)));
        }
        write(address, bytes, 0, length);
    }
}
