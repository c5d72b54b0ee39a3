package dev.parley.similar;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A BERT model in the ONNX runtime. It computes on the calling thread, one input at a time, because the quantisation makes outputs
 * depend on the other inputs of a batch.
 */
final class OnnxModel implements AutoCloseable {
    private final OrtEnvironment runtime;
    private final OrtSession session;
    /** The tensors that stand for some of the file's; the session does not copy them. */
    private final List<OnnxTensor> replacements;

    private OnnxModel(OrtEnvironment runtime, OrtSession session, List<OnnxTensor> replacements) {
        this.runtime = runtime;
        this.session = session;
        this.replacements = replacements;
    }

    /**
     * Loads a model.
     *
     * @param replacements of tensors of the file, by their names
     * @throws ModelUnavailableException if the file is damaged, or the platform has no native library
     */
    static OnnxModel load(byte[] file, Map<String, TensorFile.Tensor> replacements) {
        List<OnnxTensor> tensors = new ArrayList<>();
        try {
            OrtEnvironment runtime = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "similar");
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                for (Map.Entry<String, TensorFile.Tensor> each : replacements.entrySet()) {
                    OnnxTensor tensor = tensor(runtime, each.getValue());
                    tensors.add(tensor);
                    options.addInitializer(each.getKey(), tensor);
                }
                return new OnnxModel(runtime, runtime.createSession(file, options), tensors);
            }
        } catch (OrtException | RuntimeException | LinkageError e) {
            tensors.forEach(OnnxTensor::close);
            throw new ModelUnavailableException(e);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment runtime, TensorFile.Tensor tensor) throws OrtException {
        return switch (tensor.type()) {
            case F32 -> OnnxTensor.createTensor(runtime, tensor.values().asFloatBuffer(), tensor.shape());
            case I8 -> OnnxTensor.createTensor(runtime, tensor.values(), tensor.shape(), OnnxJavaType.INT8);
            case U8 -> OnnxTensor.createTensor(runtime, tensor.values(), tensor.shape(), OnnxJavaType.UINT8);
        };
    }

    /** A file of the class path. */
    static byte[] resource(String name) {
        try (InputStream file = OnnxModel.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new ModelUnavailableException(name + " is missing");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new ModelUnavailableException(e);
        }
    }

    /**
     * The vectors of the last layer, one after the other.
     *
     * @param ids the pieces, with those that mark begin and end
     * @param types for each piece, 0 for the first text and 1 for the second
     */
    FloatBuffer vectors(long[] ids, long[] types) {
        long[] shape = {1, ids.length};
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        try (OnnxTensor input = OnnxTensor.createTensor(runtime, LongBuffer.wrap(ids), shape);
                OnnxTensor mask = OnnxTensor.createTensor(runtime, LongBuffer.wrap(ones), shape);
                OnnxTensor texts = OnnxTensor.createTensor(runtime, LongBuffer.wrap(types), shape);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", texts))) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer();
        } catch (OrtException e) {
            throw new IllegalStateException("the ONNX runtime failed", e);
        }
    }

    /** Not while it computes, which would end the process. */
    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the ONNX runtime failed", e);
        } finally {
            replacements.forEach(OnnxTensor::close);
        }
    }
}
