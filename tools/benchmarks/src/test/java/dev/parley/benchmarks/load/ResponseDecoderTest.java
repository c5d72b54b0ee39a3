package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponseDecoderTest {
    private static final String STREAM = """
        HTTP/1.1 200 OK
        Content-Type: text/event-stream
        Transfer-Encoding: chunked

        5
        hello
        6;x=y
         world
        0

        """.replace("\n", "\r\n");
    private static final String REFUSAL = "HTTP/1.1 429 Too Many\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlate";

    private final List<String> heard = new ArrayList<>();
    private final ResponseDecoder decoder = new ResponseDecoder(new ResponseDecoder.Listener() {
        @Override
        public void head(int status, boolean eventStream) {
            heard.add(status + (eventStream ? " stream" : " body"));
        }

        @Override
        public void body(ByteBuf part) {
            heard.add(part.toString(US_ASCII));
        }

        @Override
        public void end(boolean keepAlive) {
            heard.add(keepAlive ? "kept" : "closing");
        }
    });

    private void read(String bytes) {
        decoder.read(Unpooled.copiedBuffer(bytes, US_ASCII));
    }

    @Test
    void readsChunks() {
        read(STREAM);
        assertThat(heard).containsExactly("200 stream", "hello", " world", "kept");
    }

    @Test
    void readsOneResponseAfterTheOther() {
        read(STREAM + REFUSAL);
        assertThat(heard).containsExactly("200 stream", "hello", " world", "kept", "429 body", "late", "closing");
    }

    @Test
    void readsByteByByte() {
        STREAM.chars().forEach(c -> read(Character.toString(c)));
        assertThat(String.join("", heard)).isEqualTo("200 streamhello worldkept");
    }

    @Test
    void endsABodyWithoutALengthWithItsConnection() {
        read("HTTP/1.1 200 OK\r\n\r\nall of it");
        assertThat(heard).doesNotContain("closing");
        decoder.closed();
        assertThat(heard).containsExactly("200 body", "all of it", "closing");
    }

    @Test
    void readsAnEmptyBody() {
        read("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        assertThat(heard).containsExactly("200 body", "kept");
    }
}
