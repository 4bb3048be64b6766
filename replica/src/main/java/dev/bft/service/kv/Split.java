package dev.bft.service.kv;

import java.util.List;

/**
 * How the cells of a node that has no room for one more are dealt out to it and a new right neighbour.
 *
 * @param left the cells that stay
 * @param right the cells that go
 * @param separator the key between them
 * @param rightFirst the first child of the right one, in an inner node
 */
record Split(List<Cell> left, List<Cell> right, byte[] separator, int rightFirst) {
    /** Splits a leaf after {@code at} cells. */
    private static Split leaf(List<Cell> all, int at) {
        return new Split(
                all.subList(0, at), all.subList(at, all.size()), all.get(at - 1).separatorTo(all.get(at)), 0);
    }

    /** Splits an inner node: the key after {@code at} cells moves up. */
    private static Split inner(List<Cell> all, int at) {
        Cell middle = all.get(at);
        return new Split(all.subList(0, at), all.subList(at + 1, all.size()), middle.key(), middle.child());
    }

    /** Splits in half by bytes; but where the new cell comes last, keys are being added in order: it goes alone. */
    static Split of(boolean leaf, List<Cell> all, int added) {
        int most = leaf ? all.size() - 1 : all.size() - 2;
        int at = added == all.size() - 1 ? most : Math.max(1, Math.min(most, half(all)));
        return leaf ? leaf(all, at) : inner(all, at);
    }

    private static int half(List<Cell> all) {
        int total = all.stream().mapToInt(Cell::length).sum();
        int at = 0;
        for (int bytes = 0; 2 * bytes < total; at++) {
            bytes += all.get(at).length();
        }
        return at;
    }
}
