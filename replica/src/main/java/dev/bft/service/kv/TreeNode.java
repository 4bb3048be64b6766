package dev.bft.service.kv;

import dev.bft.service.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A node of the tree, read and changed in place: level and count; where the cells begin and how many bytes of
 * removed ones lie among them; the first child of an inner node; a slot for each cell, in the order of the keys
 * (its place and the length of its key); free room; the cells.
 *
 * <p>A leaf has level 0, and a node's children one level less: whatever a page holds, a descent ends.
 */
final class TreeNode {
    static final int PAGE = PageSpace.PAGE;
    static final int LEVEL_MAX = 60;

    private static final int COUNT_AT = 0;
    private static final int HEAP_AT = 4;
    private static final int FIRST_AT = 8;
    private static final int HEAD = 12;
    static final int SLOT = 4;
    private static final int LOW = 0xffff;

    final int page;
    private final State state;
    private final long at;
    private final int level;
    private final byte[] probe;
    private int count;
    private int heap;
    private int garbage;

    private TreeNode(PageSpace space, int page, int level) {
        this.state = space.state();
        this.page = page;
        this.at = space.at(page);
        this.level = level;
        this.probe = space.probe();
        this.heap = PAGE;
    }

    /** An empty node. */
    static TreeNode create(PageSpace space, int page, int level) {
        TreeNode node = new TreeNode(space, page, level);
        node.setFirst(0);
        node.writeHead();
        return node;
    }

    /** The node at the top of the tree. */
    static TreeNode root(PageSpace space) {
        int level = space.state().readInt(space.at(space.root()) + COUNT_AT) >>> 16;
        Invariant.check(level <= LEVEL_MAX, "the height of the tree");
        return open(space, space.root(), level);
    }

    private static TreeNode open(PageSpace space, int page, int level) {
        TreeNode node = new TreeNode(space, page, level);
        int levelAndCount = node.state.readInt(node.at + COUNT_AT);
        Invariant.check(levelAndCount >>> 16 == level, "a node's level");
        node.count = levelAndCount & LOW;
        int heapAndGarbage = node.state.readInt(node.at + HEAP_AT);
        node.heap = heapAndGarbage >>> 16;
        node.garbage = heapAndGarbage & LOW;
        Invariant.check(node.heap <= PAGE && HEAD + SLOT * node.count <= node.heap, "a node's bounds");
        return node;
    }

    private void writeHead() {
        state.writeInt(at + COUNT_AT, level << 16 | count);
        state.writeInt(at + HEAP_AT, heap << 16 | garbage);
    }

    boolean isLeaf() {
        return level == 0;
    }

    int level() {
        return level;
    }

    /** The number of keys. */
    int count() {
        return count;
    }

    /** Whether nothing is below: no key, and no child. */
    boolean isEmpty() {
        return count == 0 && (isLeaf() || first() == 0);
    }

    int used() {
        return HEAD + SLOT * count + PAGE - heap - garbage;
    }

    /** Whether one more cell of this length has room. */
    boolean fits(int cellLength) {
        return used() + SLOT + cellLength <= PAGE;
    }

    private long slotAt(int i) {
        return at + HEAD + (long) SLOT * i;
    }

    private int slot(int i) {
        Invariant.check(i >= 0 && i < count, "a slot of the node");
        int slot = state.readInt(slotAt(i));
        int offset = slot >>> 16;
        int keyLength = slot & LOW;
        Invariant.check(keyLength <= KvOperation.KEY_MAX, "the length of a key");
        Invariant.check(offset >= heap && offset + keyLength + 4 <= PAGE, "the place of a cell");
        return slot;
    }

    byte[] key(int i) {
        int slot = slot(i);
        byte[] key = new byte[slot & LOW];
        state.read(at + (slot >>> 16), key, 0, key.length);
        return key;
    }

    /** The index of the key, or -(where it would stand)-1. */
    int find(byte[] key) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int slot = slot(middle);
            int length = slot & LOW;
            state.read(at + (slot >>> 16), probe, 0, length);
            int order = Arrays.compareUnsigned(probe, 0, length, key, 0, key.length);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    // An inner node: child i+1 holds what is not below key i.

    /** The index of the child that holds this key. */
    int childOf(byte[] key) {
        int at = find(key);
        return at >= 0 ? at + 1 : -at - 1;
    }

    private int first() {
        return state.readInt(at + FIRST_AT);
    }

    void setFirst(int child) {
        state.writeInt(at + FIRST_AT, child);
    }

    int childPage(int i) {
        return i == 0 ? first() : state.readInt(afterKey(i - 1));
    }

    TreeNode child(PageSpace space, int i) {
        Invariant.check(!isLeaf(), "a leaf has no children");
        return open(space, childPage(i), level - 1);
    }

    void removeChild(int i) {
        if (i > 0) {
            remove(i - 1);
        } else if (count == 0) {
            setFirst(0);
        } else {
            setFirst(childPage(1));
            remove(0);
        }
    }

    // A leaf.

    private long afterKey(int i) {
        int slot = slot(i);
        return at + (slot >>> 16) + (slot & LOW);
    }

    int valueLength(int i) {
        int length = state.readInt(afterKey(i));
        Invariant.check(length >= 0 && length <= KvOperation.VALUE_MAX, "the length of a value");
        return length;
    }

    boolean isInline(int i) {
        return Cell.isInline(slot(i) & LOW, valueLength(i));
    }

    byte[] inlineValue(int i) {
        byte[] value = new byte[valueLength(i)];
        state.read(afterKey(i) + 4, value, 0, value.length);
        return value;
    }

    /** Overwrites a value that stands in the leaf by one of the same length. */
    void setInlineValue(int i, byte[] value) {
        state.write(afterKey(i) + 4, value, 0, value.length);
    }

    /** The first page of the value's chain. */
    int chain(int i) {
        return state.readInt(afterKey(i) + 4);
    }

    int cellLength(int i) {
        int keyLength = slot(i) & LOW;
        return isLeaf() ? Cell.leafLength(keyLength, valueLength(i)) : keyLength + 4;
    }

    // Changes of the cells.

    /** Puts in a cell that fits. */
    void insert(int i, Cell cell) {
        if (heap - HEAD - SLOT * count < SLOT + cell.length()) {
            rewrite(cells());
        }
        heap -= cell.length();
        state.write(at + heap, cell.bytes(), 0, cell.length());
        moveSlots(i, i + 1);
        state.writeInt(slotAt(i), heap << 16 | cell.keyLength());
        count++;
        writeHead();
    }

    void remove(int i) {
        garbage += cellLength(i);
        moveSlots(i + 1, i);
        count--;
        if (count == 0) {
            heap = PAGE;
            garbage = 0;
        }
        writeHead();
    }

    private void moveSlots(int from, int to) {
        byte[] slots = new byte[SLOT * (count - from)];
        state.read(slotAt(from), slots, 0, slots.length);
        state.write(slotAt(to), slots, 0, slots.length);
    }

    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int slot = slot(i);
            byte[] bytes = new byte[cellLength(i)];
            state.read(at + (slot >>> 16), bytes, 0, bytes.length);
            cells.add(new Cell(bytes, slot & LOW));
        }
        return cells;
    }

    /** Writes exactly these cells, without gaps. */
    void rewrite(List<Cell> cells) {
        count = 0;
        heap = PAGE;
        garbage = 0;
        for (Cell cell : cells) {
            heap -= cell.length();
            Invariant.check(HEAD + SLOT * (count + 1) <= heap, "cells written fit");
            state.write(at + heap, cell.bytes(), 0, cell.length());
            state.writeInt(slotAt(count), heap << 16 | cell.keyLength());
            count++;
        }
        writeHead();
    }

    /** Whether this node and its right neighbour, with what separates them, fit in one page. */
    boolean canTake(TreeNode right, int separatorLength) {
        int between = isLeaf() ? 0 : SLOT + separatorLength + 4;
        return used() + right.used() - HEAD + between <= PAGE;
    }

    /** Takes everything of the right neighbour. */
    void take(TreeNode right, byte[] separator) {
        List<Cell> all = cells();
        if (!isLeaf()) {
            all.add(Cell.inner(separator, right.first()));
        }
        all.addAll(right.cells());
        rewrite(all);
    }
}
