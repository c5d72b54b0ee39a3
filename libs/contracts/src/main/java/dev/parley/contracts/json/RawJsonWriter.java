package dev.parley.contracts.json;

import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/** The serializer of {@link RawJson}: writes the bytes unchanged. */
final class RawJsonWriter extends ValueSerializer<RawJson> {
    @Override
    public void serialize(RawJson value, JsonGenerator generator, SerializationContext context) {
        if (generator.streamWriteOutputTarget() instanceof OutputStream out) {
            // Past the generator, which would copy the bytes into a String first.
            generator.writeRawValue("");
            generator.flush();
            try {
                value.writeTo(out);
            } catch (IOException e) {
                throw JacksonIOException.construct(e);
            }
        } else {
            generator.writeRawValue(value.toString());
        }
    }
}
