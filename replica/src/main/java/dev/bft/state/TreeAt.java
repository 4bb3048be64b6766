package dev.bft.state;

import dev.bft.wire.Digest;
import java.util.Arrays;
import java.util.List;

/** The digests of all pages and chunks as they were at a checkpoint. */
record TreeAt(Digest[] pages, Digest[] chunks) {
    /** Those of now, but for what the layers above the checkpoint changed. */
    static TreeAt of(PartitionTree tree, List<Layer> layers, long checkpoint) {
        TreeAt at = tree.copy();
        for (int i = layers.size() - 1; i >= 0 && layers.get(i).seqno() > checkpoint; i--) {
            Layer layer = layers.get(i);
            PartitionTree.Before before = layer.before();
            for (int p = 0; p < layer.pages().length; p++) {
                at.pages[layer.pages()[p]] = before.pages()[p];
            }
            for (int c = 0; c < before.chunks().length; c++) {
                at.chunks[before.chunks()[c]] = before.chunkDigests()[c];
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
