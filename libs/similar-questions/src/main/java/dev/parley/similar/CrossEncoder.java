package dev.parley.similar;

import dev.parley.similar.WordPieces.Pieces;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * Reads two questions together and estimates whether the answer to one answers the other: a cross-encoder. It is the model of
 * {@link OnnxEmbedder}, trained further by {@code tools/evaluate/train}. {@code cross-encoder.safetensors} has the tensors that
 * the training changed, and the weights of the estimate.
 */
final class CrossEncoder implements AutoCloseable {
    private static final String FILE = "cross-encoder.safetensors";
    private static final String WEIGHTS = "estimate.weight";
    private static final String BIAS = "estimate.bias";

    /** Of the file: other values would give other answers, and other sizes could have the runtime read beyond them. */
    private static final long CHECKSUM = 0x28153462L;

    /** The training saw no longer texts, and the time grows with both. */
    static final int PIECES_MAX = 60;

    private final OnnxModel model;
    private final float[] weights;
    private final float bias;

    private CrossEncoder(OnnxModel model, float[] weights, float bias) {
        this.model = model;
        this.weights = weights;
        this.bias = bias;
    }

    /**
     * Loads the model from the class path.
     *
     * @throws ModelUnavailableException if a file is missing or damaged, or the platform has no native library
     */
    static CrossEncoder load() {
        return load(OnnxModel.resource(FILE));
    }

    static CrossEncoder load(byte[] file) {
        CRC32 checksum = new CRC32();
        checksum.update(file);
        if (checksum.getValue() != CHECKSUM) {
            throw new ModelUnavailableException(FILE + " is damaged");
        }
        Map<String, TensorFile.Tensor> tensors = new HashMap<>(TensorFile.read(file));
        float[] weights = floats(Objects.requireNonNull(tensors.remove(WEIGHTS), WEIGHTS));
        float bias = floats(Objects.requireNonNull(tensors.remove(BIAS), BIAS))[0];
        return new CrossEncoder(OnnxModel.load(OnnxModel.resource(OnnxEmbedder.FILE), tensors), weights, bias);
    }

    private static float[] floats(TensorFile.Tensor tensor) {
        FloatBuffer values = tensor.values().asFloatBuffer();
        float[] floats = new float[values.remaining()];
        values.get(floats);
        return floats;
    }

    /**
     * The logarithm of the odds that the answer to {@code stored} is right and complete for {@code asked}. Takes milliseconds of
     * processor time. Both have at most {@link #PIECES_MAX} pieces.
     */
    double logOdds(Pieces asked, Pieces stored) {
        long[] ids = WordPieces.input(asked, stored);
        long[] texts = new long[ids.length];
        Arrays.fill(texts, asked.count() + 2, texts.length, 1);
        return sum(model.vectors(ids, texts), ids.length);
    }

    /** The weighted sum of the first vector, and of the mean of all. */
    private double sum(FloatBuffer vectors, int count) {
        int dimensions = weights.length / 2;
        double first = bias;
        double all = 0;
        for (int i = 0; i < count; i++) {
            for (int d = 0; d < dimensions; d++) {
                float value = vectors.get();
                all += value * weights[dimensions + d];
                if (i == 0) {
                    first += value * weights[d];
                }
            }
        }
        return first + all / count;
    }

    @Override
    public void close() {
        model.close();
    }
}
