package dev.parley.contracts.json;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import tools.jackson.core.SerializableString;

/**
 * The adapter of {@link RawJson} for {@code JsonGenerator.writeRawValue}: bytes for a generator that
 * writes bytes. Quoting is not supported.
 */
record UnquotedText(RawJson json) implements SerializableString {
    private static final int DOES_NOT_FIT = -1;

    @Override
    public String getValue() {
        return json.toString();
    }

    @Override
    public int charLength() {
        return getValue().length();
    }

    @Override
    public byte[] asUnquotedUTF8() {
        return json.bytes();
    }

    /** Never copies into the buffer of the generator, so that the generator asks for the bytes. */
    @Override
    public int appendUnquotedUTF8(byte[] buffer, int offset) {
        return DOES_NOT_FIT;
    }

    @Override
    public int appendUnquoted(char[] buffer, int offset) {
        return DOES_NOT_FIT;
    }

    @Override
    public int writeUnquotedUTF8(OutputStream out) throws IOException {
        out.write(json.bytes());
        return json.length();
    }

    @Override
    public int putUnquotedUTF8(ByteBuffer buffer) {
        if (buffer.remaining() < json.length()) {
            return DOES_NOT_FIT;
        }
        buffer.put(json.bytes());
        return json.length();
    }

    @Override
    public char[] asQuotedChars() {
        throw quoted();
    }

    @Override
    public byte[] asQuotedUTF8() {
        throw quoted();
    }

    @Override
    public int appendQuotedUTF8(byte[] buffer, int offset) {
        throw quoted();
    }

    @Override
    public int appendQuoted(char[] buffer, int offset) {
        throw quoted();
    }

    @Override
    public int writeQuotedUTF8(OutputStream out) {
        throw quoted();
    }

    @Override
    public int putQuotedUTF8(ByteBuffer buffer) {
        throw quoted();
    }

    private static UnsupportedOperationException quoted() {
        return new UnsupportedOperationException("raw JSON is not quoted");
    }
}
