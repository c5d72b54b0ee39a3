package dev.parley.contracts.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/** The serializer of {@link RawJson}: writes the bytes unchanged. */
final class RawJsonWriter extends ValueSerializer<RawJson> {
    @Override
    public void serialize(RawJson value, JsonGenerator generator, SerializationContext context) {
        generator.writeRawValue(new UnquotedText(value));
    }
}
