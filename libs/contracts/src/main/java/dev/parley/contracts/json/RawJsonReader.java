package dev.parley.contracts.json;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/**
 * The deserializer of {@link RawJson}: a view on the source bytes if the attribute {@link #SOURCE} has them, otherwise a
 * copy.
 */
public final class RawJsonReader extends ValueDeserializer<RawJson> {
    /** The attribute with the bytes that are being parsed. */
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

    /** Not {@link RawJson#NULL}, because a missing property is an error. */
    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
        return null;
    }
}
