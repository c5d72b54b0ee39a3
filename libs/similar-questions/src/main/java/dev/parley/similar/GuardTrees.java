package dev.parley.similar;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradient-boosted trees that estimate whether two questions have the same answer, trained by {@code tools/evaluate/train}. A
 * veto: a high estimate alone is no reason to reuse an answer.
 *
 * <p>The file: the number of features, the base score, and the trees in pre-order. A node is the number of its feature, or -1
 * and the value of the leaf; the first child is for values below the threshold.
 */
final class GuardTrees {
    private static final String FILE = "guard.bin";
    private static final int LEAF = -1;

    private interface Node {
        /** The value of the leaf for a pair with these features. */
        float value(float[] features);
    }

    private final float base;
    private final List<Node> trees;

    private GuardTrees(float base, List<Node> trees) {
        this.base = base;
        this.trees = trees;
    }

    /** Loads the trees that were trained for {@link PairFeatures}. */
    static GuardTrees load() {
        try {
            return read(OnnxModel.resource(FILE));
        } catch (IOException e) {
            throw new ModelUnavailableException(e);
        }
    }

    static GuardTrees read(byte[] file) throws IOException {
        DataInputStream numbers = new DataInputStream(new ByteArrayInputStream(file));
        int features = numbers.readUnsignedByte();
        if (features != PairFeatures.NAMES.size()) {
            throw new IOException("trained with " + features + " features");
        }
        float base = numbers.readFloat();
        int count = numbers.readUnsignedShort();
        List<Node> trees = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            trees.add(node(numbers, features));
        }
        if (numbers.read() >= 0) {
            throw new EOFException("bytes after the last tree");
        }
        return new GuardTrees(base, List.copyOf(trees));
    }

    private static Node node(DataInputStream numbers, int features) throws IOException {
        int feature = numbers.readByte();
        float number = numbers.readFloat();
        if (feature == LEAF) {
            return _ -> number;
        }
        if (feature < 0 || feature >= features) {
            throw new IOException("no feature " + feature);
        }
        Node below = node(numbers, features);
        Node other = node(numbers, features);
        return pair -> (pair[feature] < number ? below : other).value(pair);
    }

    /** The estimate for a pair with these features, from 0 to 1. */
    double score(float[] features) {
        float sum = base;
        for (Node tree : trees) {
            sum += tree.value(features);
        }
        return 1 / (1 + Math.exp(-sum));
    }
}
