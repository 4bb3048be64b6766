package dev.bft.service.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.service.State;
import java.util.Arrays;
import java.util.BitSet;

/** Walks a store and counts its pages: each is used once, or free. */
final class Pages {
    private final PageSpace space;
    private final BitSet used = new BitSet();

    private Pages(State state) {
        this.space = new PageSpace(state);
    }

    /** Checks the tree: levels, order of keys, and that no page is lost or used twice. */
    static void check(State state) {
        Pages pages = new Pages(state);
        pages.use(0);
        TreeNode root = TreeNode.root(pages.space);
        assertThat(root.isLeaf() || root.count() > 0).isTrue();
        pages.walk(root, new byte[0], new byte[0]);
        int total = (int) (state.size() / State.PAGE_SIZE);
        assertThat(pages.used.cardinality() + pages.space.available()).isEqualTo(total);
    }

    private void use(int page) {
        assertThat(used.get(page)).isFalse();
        used.set(page);
    }

    /** All keys below a node are at least {@code low} and, unless that is empty, less than {@code high}. */
    private void walk(TreeNode node, byte[] low, byte[] high) {
        use(node.page);
        for (int i = 0; i < node.count(); i++) {
            byte[] key = node.key(i);
            byte[] floor = i == 0 ? low : node.key(i - 1);
            int order = Arrays.compareUnsigned(floor, key);
            assertThat(order < 0 || (order == 0 && i == 0 && node.isLeaf())).isTrue();
            assertThat(high.length == 0 || Arrays.compareUnsigned(key, high) < 0)
                    .isTrue();
            if (node.isLeaf() && !node.isInline(i)) {
                useChain(node.chain(i), node.valueLength(i));
            }
        }
        if (node.isLeaf()) {
            return;
        }
        for (int i = 0; i <= node.count(); i++) {
            TreeNode child = node.child(space, i);
            assertThat(child.isEmpty()).isFalse();
            walk(child, i == 0 ? low : node.key(i - 1), i == node.count() ? high : node.key(i));
        }
    }

    private void useChain(int first, int length) {
        int page = first;
        for (int i = PageSpace.chainLength(length); i > 0; i--) {
            use(page);
            page = space.state().readInt(space.at(page));
        }
    }
}
