package dev.bft.state;

import dev.bft.wire.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The digests of all pages and chunks as they were at a checkpoint. */
record TreeAt(Digest[] pages, Digest[] chunks) {
    /** All of them: those of now, but for what the layers above the checkpoint changed. */
    static TreeAt of(PartitionTree tree, List<Layer> layers, long checkpoint) {
        return new TreeAt(
                pages(tree, above(layers, checkpoint), 0, tree.pageCount()), chunks(tree, above(layers, checkpoint)));
    }

    /** The layers above a checkpoint, the latest first. */
    static List<Layer> above(List<Layer> layers, long checkpoint) {
        List<Layer> above = new ArrayList<>();
        for (int i = layers.size() - 1; i >= 0 && layers.get(i).seqno() > checkpoint; i--) {
            above.add(layers.get(i));
        }
        return above;
    }

    /** The digests of all chunks below these layers. */
    static Digest[] chunks(PartitionTree tree, List<Layer> above) {
        Digest[] at = tree.chunks();
        for (Layer layer : above) {
            int[] changed = layer.before().chunks();
            for (int i = 0; i < changed.length; i++) {
                at[changed[i]] = layer.before().chunkDigests()[i];
            }
        }
        return at;
    }

    /** The digests of so many pages below these layers. */
    static Digest[] pages(PartitionTree tree, List<Layer> above, int first, int count) {
        Digest[] at = tree.pages(first, count);
        for (Layer layer : above) {
            int[] changed = layer.pages();
            int from = Arrays.binarySearch(changed, first);
            for (int i = from < 0 ? -from - 1 : from; i < changed.length && changed[i] < first + count; i++) {
                at[changed[i] - first] = layer.before().pages()[i];
            }
        }
        return at;
    }

    List<Digest> chunkList() {
        return Arrays.asList(chunks);
    }

    List<Digest> pageList(int first, int count) {
        return Arrays.asList(pages).subList(first, first + count);
    }
}
