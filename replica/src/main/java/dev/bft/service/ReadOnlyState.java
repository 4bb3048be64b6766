package dev.bft.service;

/**
 * A state that may be read only.
 *
 * @param state what is read
 */
public record ReadOnlyState(State state) implements State {
    private static UnsupportedOperationException refusal() {
        return new UnsupportedOperationException("an operation that was to read only writes");
    }

    @Override
    public long size() {
        return state.size();
    }

    @Override
    public void read(long address, byte[] target, int offset, int length) {
        state.read(address, target, offset, length);
    }

    @Override
    public void write(long address, byte[] source, int offset, int length) {
        throw refusal();
    }

    @Override
    public int readInt(long address) {
        return state.readInt(address);
    }

    @Override
    public void writeInt(long address, int value) {
        throw refusal();
    }

    @Override
    public long readLong(long address) {
        return state.readLong(address);
    }

    @Override
    public void writeLong(long address, long value) {
        throw refusal();
    }
}
