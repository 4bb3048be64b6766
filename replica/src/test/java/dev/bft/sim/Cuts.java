package dev.bft.sim;

import java.util.Arrays;

/** Which ways between nodes are cut, one direction at a time; a way that was cut twice must be mended twice. */
final class Cuts {
    private final int nodes;
    private final int[] cut;

    Cuts(int nodes) {
        this.nodes = nodes;
        this.cut = new int[nodes * nodes];
    }

    boolean isCut(int from, int to) {
        return cut[from * nodes + to] > 0;
    }

    /** Nothing goes from one node to the other. */
    Runnable oneWay(int from, int to) {
        return cut(new int[] {from * nodes + to});
    }

    /** Nothing reaches or leaves a node. */
    Runnable around(int node) {
        int[] ways = new int[2 * (nodes - 1)];
        int count = 0;
        for (int other = 0; other < nodes; other++) {
            if (other != node) {
                ways[count++] = node * nodes + other;
                ways[count++] = other * nodes + node;
            }
        }
        return cut(ways);
    }

    /** The first so many nodes fall apart: only those of the same island hear each other. */
    Runnable between(int[] islands) {
        int[] ways = new int[islands.length * islands.length];
        int count = 0;
        for (int from = 0; from < islands.length; from++) {
            for (int to = 0; to < islands.length; to++) {
                if (islands[from] != islands[to]) {
                    ways[count++] = from * nodes + to;
                }
            }
        }
        return cut(Arrays.copyOf(ways, count));
    }

    /** Mends everything. */
    void clear() {
        Arrays.fill(cut, 0);
    }

    private Runnable cut(int[] ways) {
        for (int way : ways) {
            cut[way]++;
        }
        return () -> {
            for (int way : ways) {
                cut[way] = Math.max(0, cut[way] - 1);
            }
        };
    }
}
