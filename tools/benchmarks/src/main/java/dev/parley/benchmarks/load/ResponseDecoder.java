package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.Locale;

/**
 * Reads HTTP/1.1 responses of one connection: those with a length and those in chunks. It copies nothing but heads and
 * chunk sizes, for the one that measures shares the cores with what is measured.
 */
final class ResponseDecoder {
    /** Is told about one response after the other. */
    interface Listener {
        void head(int status, boolean eventStream);

        /** Bytes of the body, readable until the call returns. */
        void body(ByteBuf part);

        void end(boolean keepAlive);
    }

    private static final int HEAD_BYTES_MAX = 64 * 1024;
    private static final int BODY_TO_THE_END = -1;

    private enum State {
        HEAD,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER
    }

    private final Listener listener;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private State state = State.HEAD;
    private int status;
    private boolean eventStream;
    private boolean chunked;
    private boolean keepAlive;
    private long left;

    ResponseDecoder(Listener listener) {
        this.listener = listener;
    }

    /** Takes what has arrived. */
    void read(ByteBuf bytes) {
        while (bytes.isReadable()) {
            switch (state) {
                case HEAD, CHUNK_SIZE, CHUNK_END, TRAILER -> readLine(bytes);
                case BODY, CHUNK -> readBody(bytes);
            }
        }
    }

    private void readLine(ByteBuf bytes) {
        int end = bytes.bytesBefore((byte) '\n');
        int length = end < 0 ? bytes.readableBytes() : end + 1;
        if (line.size() + length > HEAD_BYTES_MAX) {
            throw new IllegalStateException("a line of a response has more than " + HEAD_BYTES_MAX + " bytes");
        }
        for (int i = 0; i < length; i++) {
            line.write(bytes.readByte());
        }
        if (end >= 0) {
            String text = line.toString(US_ASCII).strip();
            line.reset();
            take(text);
        }
    }

    private void take(String text) {
        switch (state) {
            case HEAD -> headLine(text);
            case CHUNK_SIZE -> {
                left = Long.parseLong(text.split(";", 2)[0], 16);
                state = left == 0 ? State.TRAILER : State.CHUNK;
            }
            case CHUNK_END -> state = State.CHUNK_SIZE;
            case TRAILER -> {
                if (text.isEmpty()) {
                    end();
                }
            }
            case BODY, CHUNK -> throw new IllegalStateException("no line is expected in a body");
        }
    }

    private void headLine(String text) {
        if (text.startsWith("HTTP/")) {
            status = Integer.parseInt(text.split(" ", 3)[1]);
            eventStream = false;
            chunked = false;
            keepAlive = true;
            left = BODY_TO_THE_END;
        } else if (text.isEmpty()) {
            headEnd();
        } else {
            header(text.toLowerCase(Locale.ROOT));
        }
    }

    private void header(String text) {
        String value = text.substring(text.indexOf(':') + 1).strip();
        if (text.startsWith("transfer-encoding:")) {
            chunked = value.equals("chunked");
        } else if (text.startsWith("content-length:")) {
            left = Long.parseLong(value);
        } else if (text.startsWith("content-type:")) {
            eventStream = value.startsWith("text/event-stream");
        } else if (text.startsWith("connection:")) {
            keepAlive = !value.equals("close");
        }
    }

    private void headEnd() {
        if (status == 100) {
            return;
        }
        state = chunked ? State.CHUNK_SIZE : State.BODY;
        listener.head(status, eventStream);
        if (!chunked && left == 0) {
            end();
        }
    }

    private void readBody(ByteBuf bytes) {
        int length = left < 0 ? bytes.readableBytes() : (int) Math.min(left, bytes.readableBytes());
        listener.body(bytes.readSlice(length));
        if (left < 0) {
            return;
        }
        left -= length;
        if (left == 0 && state == State.CHUNK) {
            state = State.CHUNK_END;
        } else if (left == 0) {
            end();
        }
    }

    /** The connection has been closed: that ends a body without a length. */
    void closed() {
        if (state == State.BODY && left < 0) {
            keepAlive = false;
            end();
        }
    }

    private void end() {
        state = State.HEAD;
        listener.end(keepAlive);
    }
}
