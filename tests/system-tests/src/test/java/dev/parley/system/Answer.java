package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.messages.MessageAssembler;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A complete response of the gateway. */
record Answer(HttpResponse<byte[]> response) {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    int status() {
        return response.statusCode();
    }

    /** This answer, whose status must be 200. */
    Answer succeeded() {
        assertThat(status()).as(body()).isEqualTo(200);
        return this;
    }

    /** A header, empty if it is missing. */
    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    String generation() {
        return header("x-parley-generation");
    }

    String cache() {
        return header("x-parley-cache");
    }

    String body() {
        return new String(response.body(), UTF_8);
    }

    /** What a failed test shows. */
    @Override
    public String toString() {
        return status() + " (cache: " + cache() + ") " + body();
    }

    JsonNode json() {
        return MAPPER.readTree(response.body());
    }

    /** The data of the events, in order. */
    List<JsonNode> events() {
        return new SseFramer(1 << 24)
                .push(ByteBuffer.wrap(response.body())).stream()
                        .map(SseFrame::json)
                        .toList();
    }

    /** The types of the events, in order. */
    List<String> types() {
        return events().stream()
                .map(event -> event.path("type").stringValue(""))
                .toList();
    }

    /** The message of the events. */
    JsonNode message() {
        MessageAssembler assembler = new MessageAssembler();
        events().forEach(assembler::accept);
        return assembler.message();
    }

    /** The concatenated text of the events. */
    String text() {
        StringBuilder text = new StringBuilder();
        message()
                .path("content")
                .forEach(block -> text.append(block.path("text").stringValue("")));
        return text.toString();
    }
}
