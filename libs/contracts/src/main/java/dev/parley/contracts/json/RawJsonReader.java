package dev.parley.contracts.json;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Reads a value as raw JSON: the part of the source that it is, or, where that is not known, a copy. */
public final class RawJsonReader extends ValueDeserializer<RawJson> {
    /** Attribute under which the bytes are known that are being read. */
    public static final String SOURCE = "dev.parley.source";

    @Override
    public RawJson deserialize(JsonParser parser, DeserializationContext context) {
        if (context.getAttribute(SOURCE) instanceof byte[] source) {
            return RawJson.within(source, RawJson.start(parser), RawJson.end(parser));
        }
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try (JsonGenerator generator = RawJson.generator(copy)) {
            generator.copyCurrentStructure(parser);
        }
        return RawJson.within(copy.toByteArray(), 0, copy.size());
    }

    @Override
    public Object getNullValue(DeserializationContext context) {
        return RawJson.NULL;
    }

    /** Not null as JSON: what is missing is missing. */
    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
        return null;
    }
}
