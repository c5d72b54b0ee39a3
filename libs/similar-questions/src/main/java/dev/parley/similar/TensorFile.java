package dev.parley.similar;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads tensors in the format <a href="https://github.com/huggingface/safetensors">safetensors</a>, of a file that is undamaged. */
final class TensorFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private TensorFile() {}

    enum Type {
        F32,
        I8,
        U8
    }

    /** A tensor, its values in the order of its rows, least byte first. */
    record Tensor(
            Type type,
            @SuppressWarnings("ArrayRecordComponent") long[] shape,
            ByteBuffer values) {}

    /** What the header has of a tensor; its values are from the first offset to before the second. */
    private record Entry(
            @JsonProperty("dtype") Type type,
            @SuppressWarnings("ArrayRecordComponent") long[] shape,

            @SuppressWarnings("ArrayRecordComponent") @JsonProperty("data_offsets")
            long[] offsets) {}

    /** The tensors by their names. Throws a {@link RuntimeException} if the file is not in the format. */
    static Map<String, Tensor> read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = Math.toIntExact(bytes.getLong());
        int first = bytes.position() + headerLength;
        Map<String, Entry> header = JSON.readerFor(new TypeReference<Map<String, Entry>>() {})
                .readValue(file, bytes.position(), headerLength);
        Map<String, Tensor> tensors = new HashMap<>();
        header.forEach((name, entry) -> {
            int from = Math.toIntExact(entry.offsets()[0]);
            int to = Math.toIntExact(entry.offsets()[1]);
            ByteBuffer values = bytes.slice(first + from, to - from).order(ByteOrder.LITTLE_ENDIAN);
            tensors.put(name, new Tensor(entry.type(), entry.shape(), values));
        });
        return tensors;
    }
}
