package dev.parley.similar;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads tensors in the format <a href="https://github.com/huggingface/safetensors">safetensors</a>, of a file that is undamaged. */
final class TensorFile {
    private TensorFile() {}

    /** The type of the values. */
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

    /**
     * Reads the tensors by their names.
     *
     * @throws RuntimeException if the file is not in the format
     */
    static Map<String, Tensor> read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = Math.toIntExact(bytes.getLong());
        int first = bytes.position() + headerLength;
        Map<String, Tensor> tensors = new HashMap<>();
        try (JsonParser header =
                new JsonFactory().createParser(ObjectReadContext.empty(), file, bytes.position(), headerLength)) {
            expect(JsonToken.START_OBJECT, header.nextToken());
            while (header.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = header.currentName();
                tensors.put(name, tensor(header, bytes, first));
            }
        }
        return tensors;
    }

    private static Tensor tensor(JsonParser header, ByteBuffer bytes, int first) {
        Type type = Type.F32;
        List<Long> shape = List.of();
        List<Long> offsets = List.of();
        expect(JsonToken.START_OBJECT, header.nextToken());
        while (header.nextToken() == JsonToken.PROPERTY_NAME) {
            String property = header.currentName();
            header.nextToken();
            switch (property) {
                case "dtype" -> type = Type.valueOf(header.getString());
                case "shape" -> shape = numbers(header);
                case "data_offsets" -> offsets = numbers(header);
                default -> throw new IllegalArgumentException("unknown property " + property);
            }
        }
        int from = Math.toIntExact(offsets.getFirst());
        int to = Math.toIntExact(offsets.getLast());
        ByteBuffer values = bytes.slice(first + from, to - from).order(ByteOrder.LITTLE_ENDIAN);
        return new Tensor(type, shape.stream().mapToLong(Long::longValue).toArray(), values);
    }

    private static List<Long> numbers(JsonParser header) {
        List<Long> numbers = new ArrayList<>();
        expect(JsonToken.START_ARRAY, header.currentToken());
        while (header.nextToken() != JsonToken.END_ARRAY) {
            numbers.add(header.getLongValue());
        }
        return numbers;
    }

    private static void expect(JsonToken expected, JsonToken token) {
        if (token != expected) {
            throw new IllegalArgumentException("the header has " + token + " instead of " + expected);
        }
    }
}
