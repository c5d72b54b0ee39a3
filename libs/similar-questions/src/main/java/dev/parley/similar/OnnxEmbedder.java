package dev.parley.similar;

import dev.parley.similar.WordPieces.Pieces;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.zip.CRC32C;

/** Computes the vectors of texts with the model all-MiniLM-L6-v2, quantised. */
public final class OnnxEmbedder implements AutoCloseable {
    /** The model, on the class path. */
    static final String FILE = "/all-minilm-l6-v2-q.onnx";

    private static final String NAME = "all-minilm-l6-v2-q";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";
    private static final int DIMENSIONS = 384;

    private final OnnxModel onnx;
    private final WordPieces wordPieces;
    private final String model;

    private OnnxEmbedder(OnnxModel onnx, byte[] model, byte[] tokenizer) {
        this.onnx = onnx;
        this.wordPieces = WordPieces.read(tokenizer);
        CRC32C checksum = new CRC32C();
        checksum.update(model);
        checksum.update(tokenizer);
        this.model = NAME + "/" + Long.toHexString(checksum.getValue());
    }

    /**
     * Loads the model from the class path, which takes a second and 80 MB.
     *
     * @throws ModelUnavailableException if a file is missing or damaged, or the platform has no native library
     */
    public static OnnxEmbedder load() {
        return load(OnnxModel.resource(FILE), OnnxModel.resource(TOKENIZER));
    }

    static OnnxEmbedder load(byte[] model, byte[] tokenizer) {
        OnnxModel onnx = OnnxModel.load(model, Map.of());
        try {
            return new OnnxEmbedder(onnx, model, tokenizer);
        } catch (RuntimeException e) {
            onnx.close();
            throw new ModelUnavailableException(e);
        }
    }

    /** Names the model by its weights and vocabulary; vectors of different models must not be compared. */
    public String model() {
        return model;
    }

    /** The pieces of a text, which are cheap to compute. */
    public Pieces pieces(String text) {
        return wordPieces.of(text);
    }

    /**
     * The vectors of pieces, at most {@link Eligibility#PIECES_MAX}. Takes milliseconds of processor time. The sentence is the mean
     * of all vectors, those of begin and end included.
     */
    public Embedding embed(Pieces pieces) {
        long[] ids = WordPieces.input(pieces);
        FloatBuffer vectors = onnx.vectors(ids, new long[ids.length]);
        float[] sentence = new float[DIMENSIONS];
        float[][] tokens = new float[pieces.count()][DIMENSIONS];
        float[] token = new float[DIMENSIONS];
        for (int i = 0; i < ids.length; i++) {
            vectors.get(token);
            for (int d = 0; d < DIMENSIONS; d++) {
                sentence[d] += token[d];
            }
            if (i > 0 && i <= pieces.count()) {
                System.arraycopy(token, 0, tokens[i - 1], 0, DIMENSIONS);
                scaleToOne(tokens[i - 1]);
            }
        }
        scaleToOne(sentence);
        return new Embedding(pieces, sentence, tokens);
    }

    private static void scaleToOne(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        float scale = (float) (1 / Math.max(Math.sqrt(squares), 1e-12));
        for (int d = 0; d < vector.length; d++) {
            vector[d] *= scale;
        }
    }

    @Override
    public void close() {
        onnx.close();
    }
}
