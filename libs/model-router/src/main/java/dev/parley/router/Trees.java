package dev.parley.router;

import java.util.ArrayList;
import java.util.List;

/** Gradient-boosted regression trees of depth {@value #DEPTH}. */
final class Trees {
    private static final int DEPTH = 3;
    private static final int LEAVES = 1 << DEPTH;

    /** A complete tree, level by level from the root. A split goes left below its threshold. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Tree(int[] features, float[] thresholds, double[] leaves) {
        double value(double[] x) {
            int node = 0;
            while (node < features.length) {
                node = 2 * node + ((float) x[features[node]] < thresholds[node] ? 1 : 2);
            }
            return leaves[node - features.length];
        }
    }

    private final List<Tree> trees = new ArrayList<>();

    /** Adds a tree in its text form: {@code feature:threshold} for each split, then the leaves. */
    void add(List<String> parts) {
        int splits = LEAVES - 1;
        if (parts.size() != splits + LEAVES) {
            throw new IllegalArgumentException("a tree has " + splits + " splits and " + LEAVES + " leaves");
        }
        int[] features = new int[splits];
        float[] thresholds = new float[splits];
        for (int i = 0; i < splits; i++) {
            int colon = parts.get(i).indexOf(':');
            features[i] = Integer.parseInt(parts.get(i).substring(0, colon));
            thresholds[i] = Float.parseFloat(parts.get(i).substring(colon + 1));
        }
        double[] leaves = parts.subList(splits, parts.size()).stream()
                .mapToDouble(Double::parseDouble)
                .toArray();
        trees.add(new Tree(features, thresholds, leaves));
    }

    double sum(double[] x) {
        double sum = 0;
        for (Tree tree : trees) {
            sum += tree.value(x);
        }
        return sum;
    }
}
