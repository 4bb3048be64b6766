package dev.bft.service.kv;

import dev.bft.service.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An ordered map in the pages of the state: a B+ tree. A node that runs empty gives its page back, and so does one
 * that fits in its neighbour. Deterministic: the same operations leave the same bytes.
 */
final class PageTree {
    private final PageSpace space;

    /** Where a key stands: the nodes from the root down, and which child was taken in each. */
    private record Step(TreeNode node, int child) {}

    PageTree(State state) {
        space = new PageSpace(state);
    }

    void format() {
        space.format();
        TreeNode.create(space, space.root(), 0);
    }

    private TreeNode descend(byte[] key, ArrayDeque<Step> path) {
        TreeNode node = TreeNode.root(space);
        while (!node.isLeaf()) {
            int child = node.childOf(key);
            path.push(new Step(node, child));
            node = node.child(space, child);
        }
        return node;
    }

    Optional<byte[]> get(byte[] key) {
        TreeNode leaf = descend(key, new ArrayDeque<>());
        int at = leaf.find(key);
        if (at < 0) {
            return Optional.empty();
        }
        return Optional.of(
                leaf.isInline(at) ? leaf.inlineValue(at) : space.readChain(leaf.chain(at), leaf.valueLength(at)));
    }

    /** Sets a key's value; false, and nothing changed, if the pages may not suffice. */
    boolean put(byte[] key, byte[] value) {
        ArrayDeque<Step> path = new ArrayDeque<>();
        TreeNode leaf = descend(key, path);
        int found = leaf.find(key);
        boolean inline = Cell.isInline(key.length, value.length);
        if (found >= 0 && inline && leaf.isInline(found) && leaf.valueLength(found) == value.length) {
            leaf.setInlineValue(found, value);
            return true;
        }
        int length = Cell.leafLength(key.length, value.length);
        boolean fits = leaf.fits(found < 0 ? length : length - leaf.cellLength(found) - TreeNode.SLOT);
        int needed = (inline ? 0 : PageSpace.chainLength(value.length)) + (fits ? 0 : splitPages(path));
        if (needed > space.available() + (found < 0 ? 0 : chainPages(leaf, found))) {
            return false;
        }
        if (found >= 0) {
            drop(leaf, found);
        }
        Cell cell = inline ? Cell.inline(key, value) : Cell.chained(key, value.length, space.writeChain(value));
        insert(leaf, path, found < 0 ? -found - 1 : found, cell);
        return true;
    }

    private static int chainPages(TreeNode leaf, int at) {
        return leaf.isInline(at) ? 0 : PageSpace.chainLength(leaf.valueLength(at));
    }

    private void drop(TreeNode leaf, int at) {
        if (!leaf.isInline(at)) {
            space.freeChain(leaf.chain(at), leaf.valueLength(at));
        }
        leaf.remove(at);
    }

    /** The most pages that the splitting of a leaf takes: it goes up until a node has room for any separator. */
    private static int splitPages(ArrayDeque<Step> path) {
        int pages = 1;
        for (Step step : path) {
            if (step.node.fits(Cell.INNER_MAX)) {
                return pages;
            }
            pages++;
        }
        return pages + 1;
    }

    /** Puts a cell into a node, splitting it and its parents as far as necessary. */
    private void insert(TreeNode leaf, ArrayDeque<Step> path, int index, Cell cell) {
        TreeNode node = leaf;
        int at = index;
        Cell added = cell;
        while (!node.fits(added.length())) {
            List<Cell> all = node.cells();
            all.add(at, added);
            Split split = Split.of(node.isLeaf(), all, at);
            TreeNode right = TreeNode.create(space, space.allocate(), node.level());
            right.setFirst(split.rightFirst());
            right.rewrite(split.right());
            node.rewrite(split.left());
            added = Cell.inner(split.separator(), right.page);
            Step parent = path.isEmpty() ? new Step(grow(node), 0) : path.pop();
            node = parent.node;
            at = parent.child;
        }
        node.insert(at, added);
    }

    /** A new root above the present one. */
    private TreeNode grow(TreeNode old) {
        Invariant.check(old.level() < TreeNode.LEVEL_MAX, "the height of the tree");
        TreeNode root = TreeNode.create(space, space.allocate(), old.level() + 1);
        root.setFirst(old.page);
        space.setRoot(root.page);
        return root;
    }

    /** Removes a key; false if it is not there. */
    boolean delete(byte[] key) {
        ArrayDeque<Step> path = new ArrayDeque<>();
        TreeNode leaf = descend(key, path);
        int at = leaf.find(key);
        if (at < 0) {
            return false;
        }
        drop(leaf, at);
        shrink(leaf, path);
        return true;
    }

    /**
     * Gives back a node that is empty, or fits in its neighbour; then its parent the same way. It takes no page and
     * no room in the parent, so a full store can always be emptied.
     */
    private void shrink(TreeNode shrunk, ArrayDeque<Step> path) {
        TreeNode node = shrunk;
        while (!path.isEmpty()) {
            Step parent = path.pop();
            if (node.isEmpty()) {
                space.free(node.page);
                parent.node.removeChild(parent.child);
            } else if (node.used() > TreeNode.PAGE / 2 || !merge(parent)) {
                return;
            }
            node = parent.node;
        }
        while (!node.isLeaf() && node.count() == 0) {
            TreeNode only = node.child(space, 0);
            space.free(node.page);
            space.setRoot(only.page);
            node = only;
        }
    }

    private boolean merge(Step parent) {
        return merge(parent.node, parent.child - 1) || merge(parent.node, parent.child);
    }

    /** Merges children {@code left} and {@code left+1}, if there are both and they fit. */
    private boolean merge(TreeNode parent, int left) {
        if (left < 0 || left >= parent.count()) {
            return false;
        }
        TreeNode a = parent.child(space, left);
        TreeNode b = parent.child(space, left + 1);
        byte[] separator = parent.key(left);
        if (!a.canTake(b, separator.length)) {
            return false;
        }
        a.take(b, separator);
        space.free(b.page);
        parent.remove(left);
        return true;
    }

    /** The keys that begin with a prefix and come after {@code after}, one more than {@code limit} at most. */
    List<byte[]> list(byte[] prefix, byte[] after, int limit) {
        byte[] from = Arrays.compareUnsigned(after, prefix) > 0 ? after : prefix;
        byte[] last = {};
        List<byte[]> keys = new ArrayList<>();
        ArrayDeque<Step> path = new ArrayDeque<>();
        TreeNode leaf = descend(from, path);
        int found = leaf.find(from);
        int index = found < 0 ? -found - 1 : found;
        while (keys.size() <= limit) {
            if (index == leaf.count()) {
                Optional<TreeNode> next = nextLeaf(path);
                if (next.isEmpty()) {
                    break;
                }
                leaf = next.get();
                index = 0;
                Invariant.check(leaf.count() > 0, "only the root is empty");
            }
            byte[] key = leaf.key(index++);
            if (!startsWith(key, prefix)) {
                break;
            }
            Invariant.check(Arrays.compareUnsigned(last, key) < 0, "keys increase");
            last = key;
            if (Arrays.compareUnsigned(key, after) > 0) {
                keys.add(key);
            }
        }
        return keys;
    }

    private Optional<TreeNode> nextLeaf(ArrayDeque<Step> path) {
        while (!path.isEmpty()) {
            Step step = path.pop();
            if (step.child < step.node.count()) {
                path.push(new Step(step.node, step.child + 1));
                TreeNode node = step.node.child(space, step.child + 1);
                while (!node.isLeaf()) {
                    path.push(new Step(node, 0));
                    node = node.child(space, 0);
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
