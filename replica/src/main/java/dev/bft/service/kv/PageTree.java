package dev.bft.service.kv;

import dev.bft.service.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An ordered map in the pages of the state: a B+ tree. Nodes that run empty or fit in their neighbour give their
 * page back. Deterministic: the same operations leave the same bytes.
 */
final class PageTree {
    /** A tree of 2^31 pages is not as deep; a deeper one is corrupt. */
    private static final int DEPTH_MAX = 32;

    private final PageSpace space;

    /** Where a key stands: the nodes from the root down, and which child was taken in each. */
    private record Step(TreeNode node, int child) {}

    PageTree(State state) {
        space = new PageSpace(state);
    }

    void format() {
        space.format();
        new TreeNode(space.root(), true).write(space);
    }

    private TreeNode descend(byte[] key, ArrayDeque<Step> path) {
        TreeNode node = TreeNode.read(space, space.root());
        while (!node.leaf) {
            if (path.size() == DEPTH_MAX) {
                throw new IllegalStateException("invariant broken: the tree has no end");
            }
            int child = node.childOf(key);
            path.push(new Step(node, child));
            node = TreeNode.read(space, node.children.get(child));
        }
        return node;
    }

    Optional<byte[]> get(byte[] key) {
        TreeNode leaf = descend(key, new ArrayDeque<>());
        int at = leaf.find(key);
        return at < 0 ? Optional.empty() : Optional.of(load(leaf.values.get(at)));
    }

    private byte[] load(TreeNode.Stored value) {
        return value.chain() == 0 ? value.inline() : space.readChain(value.chain(), value.length());
    }

    /** Sets a key's value; false, and nothing changed, if the pages may not suffice. */
    boolean put(byte[] key, byte[] value) {
        ArrayDeque<Step> path = new ArrayDeque<>();
        TreeNode leaf = descend(key, path);
        int at = leaf.find(key);
        int chain = value.length > TreeNode.INLINE ? PageSpace.chainLength(value.length) : 0;
        int returned = at < 0 ? 0 : chainOf(leaf.values.get(at));
        if (chain + path.size() + 2 > space.available() + returned) {
            return false;
        }
        if (at >= 0) {
            drop(leaf.values.get(at));
            leaf.values.set(at, store(value));
        } else {
            leaf.keys.add(-at - 1, key);
            leaf.values.add(-at - 1, store(value));
        }
        writeUp(leaf, path);
        return true;
    }

    private static int chainOf(TreeNode.Stored value) {
        return value.chain() == 0 ? 0 : PageSpace.chainLength(value.length());
    }

    private void drop(TreeNode.Stored value) {
        if (value.chain() != 0) {
            space.freeChain(value.chain(), value.length());
        }
    }

    private TreeNode.Stored store(byte[] value) {
        return value.length > TreeNode.INLINE
                ? new TreeNode.Stored(value.length, new byte[0], space.writeChain(value))
                : new TreeNode.Stored(value.length, value, 0);
    }

    /** Writes a node that grew, splitting it and its parents as far as necessary. */
    private void writeUp(TreeNode grown, ArrayDeque<Step> path) {
        TreeNode node = grown;
        while (!node.fits()) {
            TreeNode right = new TreeNode(space.allocate(), node.leaf);
            byte[] separator = node.splitInto(right);
            node.write(space);
            right.write(space);
            if (path.isEmpty()) {
                TreeNode root = new TreeNode(space.allocate(), false);
                root.children.add(node.page);
                path.push(new Step(root, 0));
                space.setRoot(root.page);
            }
            Step parent = path.pop();
            parent.node.keys.add(parent.child, separator);
            parent.node.children.add(parent.child + 1, right.page);
            node = parent.node;
        }
        node.write(space);
    }

    /** Removes a key; false if it is not there. */
    boolean delete(byte[] key) {
        ArrayDeque<Step> path = new ArrayDeque<>();
        TreeNode leaf = descend(key, path);
        int at = leaf.find(key);
        if (at < 0) {
            return false;
        }
        drop(leaf.values.get(at));
        leaf.keys.remove(at);
        leaf.values.remove(at);
        shrinkUp(leaf, path);
        return true;
    }

    /** Writes a node that shrank, merging it with a neighbour where both fit in one page. */
    private void shrinkUp(TreeNode shrunk, ArrayDeque<Step> path) {
        TreeNode node = shrunk;
        while (!path.isEmpty()) {
            Step parent = path.pop();
            int left = Math.max(0, parent.child - 1);
            if (!merge(parent.node, left, node) && !merge(parent.node, parent.child, node)) {
                node.write(space);
                return;
            }
            node = parent.node;
        }
        if (!node.leaf && node.keys.isEmpty()) {
            space.setRoot(node.children.get(0));
            space.free(node.page);
        } else {
            node.write(space);
        }
    }

    /** Merges children {@code left} and {@code left+1} of the parent, one of which is the changed one. */
    private boolean merge(TreeNode parent, int left, TreeNode changed) {
        if (left + 1 >= parent.children.size()) {
            return false;
        }
        TreeNode a = nodeOr(parent.children.get(left), changed);
        TreeNode b = nodeOr(parent.children.get(left + 1), changed);
        byte[] separator = parent.keys.get(left);
        if (!a.canTake(b, separator)) {
            return false;
        }
        a.take(b, separator);
        a.write(space);
        space.free(b.page);
        parent.keys.remove(left);
        parent.children.remove(left + 1);
        return true;
    }

    private TreeNode nodeOr(int page, TreeNode changed) {
        return page == changed.page ? changed : TreeNode.read(space, page);
    }

    /** The keys that begin with a prefix and come after {@code after}, one more than {@code limit} at most. */
    List<byte[]> list(byte[] prefix, byte[] after, int limit) {
        byte[] from = Arrays.compareUnsigned(after, prefix) > 0 ? after : prefix;
        List<byte[]> keys = new ArrayList<>();
        ArrayDeque<Step> path = new ArrayDeque<>();
        TreeNode leaf = descend(from, path);
        int at = leaf.find(from);
        int index = at < 0 ? -at - 1 : at;
        while (keys.size() <= limit) {
            if (index == leaf.keys.size()) {
                Optional<TreeNode> next = nextLeaf(path);
                if (next.isEmpty()) {
                    break;
                }
                leaf = next.get();
                index = 0;
                continue;
            }
            byte[] key = leaf.keys.get(index++);
            if (!startsWith(key, prefix)) {
                break;
            }
            if (after.length == 0 || !Arrays.equals(key, after)) {
                keys.add(key);
            }
        }
        return keys;
    }

    private Optional<TreeNode> nextLeaf(ArrayDeque<Step> path) {
        while (!path.isEmpty()) {
            Step step = path.pop();
            if (step.child + 1 < step.node.children.size()) {
                path.push(new Step(step.node, step.child + 1));
                TreeNode node = TreeNode.read(space, step.node.children.get(step.child + 1));
                while (!node.leaf) {
                    path.push(new Step(node, 0));
                    node = TreeNode.read(space, node.children.get(0));
                }
                return Optional.of(node);
            }
        }
        return Optional.empty();
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** The pages that can still be allocated. */
    int available() {
        return space.available();
    }
}
