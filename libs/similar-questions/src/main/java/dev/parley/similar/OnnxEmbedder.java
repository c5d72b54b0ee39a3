package dev.parley.similar;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.parley.similar.WordPieces.Pieces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.zip.CRC32C;

/**
 * The model all-MiniLM-L6-v2, quantised, in the ONNX runtime. It computes on the calling thread, one text at a time, because the
 * quantisation makes vectors depend on the other texts of a batch.
 */
public final class OnnxEmbedder implements Embedder, AutoCloseable {
    private static final String NAME = "all-minilm-l6-v2-q";
    private static final int DIMENSIONS = 384;

    private final OrtEnvironment runtime;
    private final OrtSession session;
    private final WordPieces wordPieces;
    private final String model;
    /** Closing a session while it computes would end the process. */
    private final ReadWriteLock computing = new ReentrantReadWriteLock();

    private boolean closed;

    private OnnxEmbedder(OrtEnvironment runtime, OrtSession session, byte[] tokenizer) {
        this.runtime = runtime;
        this.session = session;
        this.wordPieces = WordPieces.read(new ByteArrayInputStream(tokenizer));
        CRC32C checksum = new CRC32C();
        checksum.update(tokenizer);
        this.model = NAME + "/" + Long.toHexString(checksum.getValue());
    }

    /**
     * Loads the model from the class path, which takes a second and 80 MB.
     *
     * @throws ModelUnavailableException if a file is missing or damaged, or the platform has no native library
     */
    public static OnnxEmbedder load() {
        return load(resource(NAME + ".onnx"), resource(NAME + "-tokenizer.json"));
    }

    static OnnxEmbedder load(byte[] model, byte[] tokenizer) {
        try {
            OrtEnvironment runtime = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "similar");
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                return new OnnxEmbedder(runtime, runtime.createSession(model, options), tokenizer);
            }
        } catch (OrtException | RuntimeException | LinkageError e) {
            throw new ModelUnavailableException(e);
        }
    }

    private static byte[] resource(String name) {
        try (InputStream file = OnnxEmbedder.class.getResourceAsStream("/" + name)) {
            if (file == null) {
                throw new ModelUnavailableException(name + " is missing");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new ModelUnavailableException(e);
        }
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public Pieces pieces(String text) {
        return wordPieces.of(text);
    }

    @Override
    public Embedding embed(Pieces pieces) {
        long[] ids = wordPieces.input(pieces);
        long[] shape = {1, ids.length};
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        computing.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model is closed");
            }
            return embed(pieces, ids, ones, shape);
        } finally {
            computing.readLock().unlock();
        }
    }

    private Embedding embed(Pieces pieces, long[] ids, long[] ones, long[] shape) {
        try (OnnxTensor input = OnnxTensor.createTensor(runtime, LongBuffer.wrap(ids), shape);
                OnnxTensor mask = OnnxTensor.createTensor(runtime, LongBuffer.wrap(ones), shape);
                OnnxTensor types = OnnxTensor.createTensor(runtime, LongBuffer.wrap(new long[ids.length]), shape);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
            return embedding(pieces, ((OnnxTensor) result.get(0)).getFloatBuffer());
        } catch (OrtException e) {
            throw new IllegalStateException("the ONNX runtime failed", e);
        }
    }

    /** The sentence is the mean of all vectors, those of begin and end included. */
    private static Embedding embedding(Pieces pieces, FloatBuffer output) {
        float[] sentence = new float[DIMENSIONS];
        float[][] tokens = new float[pieces.count()][DIMENSIONS];
        float[] token = new float[DIMENSIONS];
        for (int i = 0; i < pieces.count() + 2; i++) {
            output.get(token);
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
        computing.writeLock().lock();
        try {
            closed = true;
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the ONNX runtime failed", e);
        } finally {
            computing.writeLock().unlock();
        }
    }
}
