package dev.bft.service.kv;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A node of the tree, read from a page and written back whole. A leaf has keys with values; an inner node has
 * keys and one more child than keys, child i holding what is below key i.
 */
final class TreeNode {
    /** A value up to this long stands in the leaf; a longer one in a chain of pages. */
    static final int INLINE = 256;

    private static final int HEAD = 3;

    final int page;
    final boolean leaf;
    final List<byte[]> keys = new ArrayList<>();
    final List<Stored> values = new ArrayList<>();
    final List<Integer> children = new ArrayList<>();

    /**
     * A value as it is stored.
     *
     * @param length its length
     * @param inline its bytes if they stand here
     * @param chain the first page of its chain if not; 0 else
     */
    record Stored(int length, byte[] inline, int chain) {
        int size() {
            return 4 + (chain == 0 ? inline.length : 4);
        }
    }

    TreeNode(int page, boolean leaf) {
        this.page = page;
        this.leaf = leaf;
    }

    static TreeNode read(PageSpace space, int page) {
        ByteBuffer in = ByteBuffer.wrap(space.read(page));
        TreeNode node = new TreeNode(page, in.get() == 0);
        int count = in.getShort();
        if (!node.leaf) {
            node.children.add(in.getInt());
        }
        for (int i = 0; i < count; i++) {
            byte[] key = new byte[in.getShort()];
            in.get(key);
            node.keys.add(key);
            if (node.leaf) {
                node.values.add(readValue(in));
            } else {
                node.children.add(in.getInt());
            }
        }
        return node;
    }

    private static Stored readValue(ByteBuffer in) {
        int length = in.getInt();
        if (length > INLINE) {
            return new Stored(length, new byte[0], in.getInt());
        }
        byte[] inline = new byte[length];
        in.get(inline);
        return new Stored(length, inline, 0);
    }

    int size() {
        int size = HEAD + (leaf ? 0 : 4);
        for (int i = 0; i < keys.size(); i++) {
            size += entrySize(i);
        }
        return size;
    }

    private int entrySize(int i) {
        return 2 + keys.get(i).length + (leaf ? values.get(i).size() : 4);
    }

    boolean fits() {
        return size() <= PageSpace.PAGE;
    }

    void write(PageSpace space) {
        ByteBuffer out = ByteBuffer.allocate(size());
        out.put((byte) (leaf ? 0 : 1)).putShort((short) keys.size());
        if (!leaf) {
            out.putInt(children.get(0));
        }
        for (int i = 0; i < keys.size(); i++) {
            out.putShort((short) keys.get(i).length).put(keys.get(i));
            if (leaf) {
                Stored value = values.get(i);
                out.putInt(value.length);
                if (value.chain == 0) {
                    out.put(value.inline);
                } else {
                    out.putInt(value.chain);
                }
            } else {
                out.putInt(children.get(i + 1));
            }
        }
        space.write(page, out.array(), out.position());
    }

    /** The index of the key, or -(where it would stand)-1. */
    int find(byte[] key) {
        int low = 0;
        int high = keys.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Arrays.compareUnsigned(keys.get(middle), key);
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

    /** The index of the child that holds this key. */
    int childOf(byte[] key) {
        int at = find(key);
        return at >= 0 ? at + 1 : -at - 1;
    }

    /** Moves the upper half, by bytes, to a new node; the key that separates them. */
    byte[] splitInto(TreeNode right) {
        int half = size() / 2;
        int at = 0;
        for (int bytes = HEAD; at < keys.size() - 1 && (at == 0 || bytes < half); at++) {
            bytes += entrySize(at);
        }
        byte[] separator = keys.get(at);
        int from = leaf ? at : at + 1;
        right.keys.addAll(keys.subList(from, keys.size()));
        keys.subList(at, keys.size()).clear();
        if (leaf) {
            right.values.addAll(values.subList(at, values.size()));
            values.subList(at, values.size()).clear();
        } else {
            right.children.addAll(children.subList(at + 1, children.size()));
            children.subList(at + 1, children.size()).clear();
        }
        return separator;
    }

    /** Whether this node and its right neighbour fit in one page. */
    boolean canTake(TreeNode right, byte[] separator) {
        int extra = leaf ? -HEAD : 2 + separator.length - HEAD;
        return size() + right.size() + extra <= PageSpace.PAGE;
    }

    /** Takes everything of the right neighbour. */
    void take(TreeNode right, byte[] separator) {
        if (!leaf) {
            keys.add(separator);
        }
        keys.addAll(right.keys);
        values.addAll(right.values);
        children.addAll(right.children);
    }
}
