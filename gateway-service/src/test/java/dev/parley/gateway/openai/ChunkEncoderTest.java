package dev.parley.gateway.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.Piece;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChunkEncoderTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final GenerationId GENERATION = GenerationId.unsigned(
            Clock.fixed(Instant.ofEpochSecond(1_790_000_000), ZoneOffset.UTC),
            3,
            AnswerFormat.CHAT_COMPLETIONS_WITH_USAGE);

    private static final String START =
            "{'type':'message_start','message':{'model':'claude-x','usage':{'input_tokens':10,'cache_read_input_tokens':4,'output_tokens':1}}}";
    private static final String TEXT =
            "{'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}}";
    private static final String STOP = "{'type':'content_block_stop','index':0}";
    private static final String END =
            "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'output_tokens':7}}";
    private static final String OVER = "{'type':'message_stop'}";
    private static final List<String> ANSWER = List.of(START, TEXT, text("Hel"), text("lo"), STOP, END, OVER);

    @Test
    void writesAChunkForEachEventWithContent() {
        assertThat(deltas(ANSWER)).isEqualTo("""
                {"role":"assistant","content":""}
                {"content":"Hel"}
                {"content":"lo"}
                {} stop
                """);
    }

    @Test
    void identifiesTheGenerationInEveryChunk() {
        assertThat(chunks(write(AnswerFormat.CHAT_COMPLETIONS, ANSWER)))
                .isNotEmpty()
                .allSatisfy(chunk -> {
                    assertThat(chunk.path("id").stringValue(""))
                            .isEqualTo("chatcmpl-" + GENERATION.value().substring(4));
                    assertThat(chunk.path("object").stringValue("")).isEqualTo("chat.completion.chunk");
                    assertThat(chunk.path("created").longValue()).isEqualTo(1_790_000_000);
                    assertThat(chunk.path("model").stringValue("")).isEqualTo("claude-x");
                    assertThat(chunk.has("usage")).isFalse();
                });
    }

    @Test
    void namesAtTheEndTheModelThatHasAnswered() {
        String fallenBack = END.replace("'stop_reason'", "'model':'claude-y','stop_reason'");
        assertThat(chunks(write(
                        AnswerFormat.CHAT_COMPLETIONS_WITH_USAGE,
                        List.of(START, TEXT, text("Hello"), STOP, fallenBack, OVER))))
                .extracting(chunk -> chunk.path("model").stringValue(""))
                .containsExactly("claude-x", "claude-x", "claude-y", "claude-y");
    }

    @Test
    void writesUsageAtTheEndOnRequest() {
        List<JsonNode> chunks = chunks(write(AnswerFormat.CHAT_COMPLETIONS_WITH_USAGE, ANSWER));
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allSatisfy(chunk -> assertThat(chunk.path("usage").isNull()).isTrue());
        assertThat(chunks.getLast().path("choices").isEmpty()).isTrue();
        assertThat(chunks.getLast().path("usage")).isEqualTo(JSON.readTree("""
                {"prompt_tokens":14,"completion_tokens":7,"total_tokens":21,
                 "prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":0}}"""));
    }

    @Test
    void usageKeepsCountersThatAreNullAtTheEnd() {
        String end =
                END.replace("'output_tokens'", "'input_tokens':null,'cache_read_input_tokens':null,'output_tokens'");
        List<JsonNode> chunks =
                chunks(write(AnswerFormat.CHAT_COMPLETIONS_WITH_USAGE, List.of(START, TEXT, STOP, end, OVER)));
        assertThat(chunks.getLast().path("usage").path("prompt_tokens").intValue())
                .isEqualTo(14);
    }

    @Test
    void translatesToolCallsInOrder() {
        assertThat(deltas(List.of(
                        START,
                        TEXT,
                        text("Let me see."),
                        STOP,
                        tool(1, "toolu_1", "weather"),
                        json(1, ""),
                        json(1, "{'pl"),
                        json(1, "ace':1}"),
                        "{'type':'content_block_stop','index':1}",
                        tool(2, "toolu_2", "time"),
                        "{'type':'content_block_stop','index':2}",
                        "{'type':'message_delta','delta':{'stop_reason':'tool_use'}}",
                        OVER)))
                .isEqualTo("""
                {"role":"assistant","content":""}
                {"content":"Let me see."}
                {"tool_calls":[{"index":0,"id":"toolu_1","type":"function","function":{"name":"weather","arguments":""}}]}
                {"tool_calls":[{"index":0,"function":{"arguments":"{\\"pl"}}]}
                {"tool_calls":[{"index":0,"function":{"arguments":"ace\\":1}"}}]}
                {"tool_calls":[{"index":1,"id":"toolu_2","type":"function","function":{"name":"time","arguments":""}}]}
                {"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}
                {} tool_calls
                """);
    }

    /**
     * As in the answer to the result of a tool that running code has called. Whether Claude counts them in the index of the next one
     * is not documented.
     */
    @Test
    void translatesTheBlocksWithWhichTheMessageBegins() {
        String content = "'content':[{'type':'tool_use','id':'toolu_1','name':'time','input':{'place':1}}]";
        String start = START.replace("'usage'", content + ",'stop_reason':'tool_use','usage'");
        assertThat(deltas(List.of(start, OVER))).isEqualTo("""
                {"role":"assistant","content":"","tool_calls":[{"index":0,"id":"toolu_1","type":"function","function":{"name":"time","arguments":"{\\"place\\":1}"}}]} tool_calls
                """);
        String end = "{'type':'message_delta','delta':{'stop_reason':'tool_use'}}";
        assertThat(deltas(List.of(start, end, OVER))).isEqualTo(deltas(List.of(start, OVER)));
        for (int index = 0; index < 2; index++) {
            assertThat(deltas(List.of(
                            START.replace("'usage'", content + ",'usage'"),
                            tool(index, "toolu_2", "time"),
                            "{'type':'content_block_stop','index':" + index + "}",
                            end,
                            OVER)))
                    .isEqualTo("""
                {"role":"assistant","content":"","tool_calls":[{"index":0,"id":"toolu_1","type":"function","function":{"name":"time","arguments":"{\\"place\\":1}"}}]}
                {"tool_calls":[{"index":1,"id":"toolu_2","type":"function","function":{"name":"time","arguments":""}}]}
                {"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}
                {} tool_calls
                """);
        }
    }

    @Test
    void writesThinkingSeparatelyAndOmitsUnsupportedBlocks() {
        assertThat(deltas(List.of(
                        START,
                        "{'type':'content_block_start','index':0,'content_block':{'type':'thinking','thinking':''}}",
                        "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':'Hm.'}}",
                        "{'type':'content_block_delta','index':0,'delta':{'type':'signature_delta','signature':'s'}}",
                        STOP,
                        "{'type':'content_block_start','index':1,'content_block':{'type':'of_tomorrow'}}",
                        "{'type':'content_block_delta','index':1,'delta':{'type':'input_json_delta','partial_json':'{}'}}",
                        "{'type':'event_of_tomorrow'}",
                        END,
                        OVER)))
                .isEqualTo("""
                {"role":"assistant","content":""}
                {"reasoning_content":"Hm."}
                {} stop
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, stop",
        "stop_sequence, stop",
        "max_tokens, length",
        "model_context_window_exceeded, length",
        "tool_use, tool_calls",
        "refusal, content_filter",
        "of_tomorrow, stop"
    })
    void translatesTheStopReason(String stopReason, String finishReason) {
        assertThat(deltas(
                        List.of(START, "{'type':'message_delta','delta':{'stop_reason':'" + stopReason + "'}}", OVER)))
                .endsWith("{} " + finishReason + "\n");
    }

    @Test
    void writesDoneOnlyAfterACompleteAnswer() {
        for (int cut = 0; cut < ANSWER.size(); cut++) {
            assertThat(write(AnswerFormat.CHAT_COMPLETIONS, ANSWER.subList(0, cut)))
                    .doesNotContain("[DONE]")
                    .endsWith("\"param\":null,\"code\":null}}\n\n")
                    .contains("data: {\"error\":{\"message\":\"The answer ended before it was whole.")
                    .doesNotContain("event: ");
        }
        assertThat(write(AnswerFormat.CHAT_COMPLETIONS, ANSWER))
                .endsWith("data: [DONE]\n\n")
                .doesNotContain("error");
    }

    @Test
    void endsAFailedAnswerWithItsError() {
        ChunkEncoder encoder = withIds(AnswerFormat.CHAT_COMPLETIONS);
        encoder.encode(piece(0, ANSWER.subList(0, 3), 0));
        assertThat(encoder.failed()).isFalse();
        assertThat(text(encoder.encode(new Piece.Failure(new Opening.Refused(
                        529, "", false, ApiError.of(529, "Overloaded").body("gen_1"))))))
                .isEqualTo(
                        "data: {\"error\":{\"message\":\"Overloaded\",\"type\":\"server_error\",\"param\":null,\"code\":\"overloaded\"}}\n\n");
        assertThat(encoder.end()).isEmpty();
        assertThat(encoder.failed()).isTrue();
    }

    @Test
    void anAnswerWithoutItsEndHasFailed() {
        ChunkEncoder encoder = withoutIds(AnswerFormat.CHAT_COMPLETIONS);
        encoder.encode(piece(0, ANSWER.subList(0, 3), 0));
        encoder.end();
        assertThat(encoder.failed()).isTrue();
    }

    @Test
    void writesPingsAsCommentsBetweenChunksWithIds() {
        ChunkEncoder encoder = withIds(AnswerFormat.CHAT_COMPLETIONS);
        encoder.encode(piece(0, ANSWER.subList(0, 3), 0));
        assertThat(text(encoder.encode(new Piece.Ping()))).isEqualTo(": keep-alive\n");
        assertThat(text(encoder.encode(piece(0, List.of("{'type':'ping'}"), 0))))
                .isEqualTo(": keep-alive\n");
        assertThat(encoder.encode(piece(0, List.of("{'type':'ping'}"), 1))).isEmpty();
    }

    /**
     * OpenAI's SDKs, that for Go before 3.43, and that for Python after the first id, take every block for an event, and fail at one
     * without data.
     */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void everyBlockHasData(boolean withIds, boolean complete) {
        AnswerFormat format = AnswerFormat.CHAT_COMPLETIONS_WITH_USAGE;
        assertThat(withPings(withIds ? withIds(format) : withoutIds(format), complete))
                .hasSizeGreaterThan(2)
                .allSatisfy(block -> assertThat(block).containsPattern("(?m)^data: "));
    }

    /** Dify drops a block that begins with a colon, and ends at one that is no JSON after {@code data:}. */
    @Test
    void everyBlockWithTextIsNothingButDataUnlessIdsAreWanted() {
        List<String> blocks = withPings(withoutIds(AnswerFormat.CHAT_COMPLETIONS), true);
        assertThat(blocks.getFirst())
                .startsWith(": keep-alive\n")
                .contains("{\"role\":\"assistant\",\"content\":\"\"}");
        List<JsonNode> chunks = blocks.stream()
                .skip(1)
                .filter(block -> !block.startsWith(":"))
                .map(block -> JSON.readTree(block.replaceFirst("^data: ", "")))
                .toList();
        assertThat(chunks)
                .extracting(chunk -> chunk.at("/choices/0/delta/content").stringValue("none"))
                .containsExactly("", "", "", "", "Hel", "", "", "lo", "", "", "", "", "none");
        // Dify and langchaingo take the finish reason from the last chunk.
        assertThat(chunks.getLast().at("/choices/0/finish_reason").stringValue(""))
                .isEqualTo("stop");
    }

    /** What an encoder makes of an answer with pings everywhere, in blocks that end with a blank line. */
    private static List<String> withPings(ChunkEncoder encoder, boolean complete) {
        StringBuilder written = new StringBuilder(text(encoder.encode(new Piece.Ping())));
        for (String event : complete ? ANSWER : ANSWER.subList(0, 3)) {
            written.append(text(encoder.encode(piece(0, List.of(event, "{'type':'ping'}"), 0))))
                    .append(text(encoder.encode(new Piece.Ping())));
        }
        written.append(text(encoder.end()));
        assertThat(written).endsWith("\n\n");
        return List.of(written.toString().split("\n\n"));
    }

    @Test
    void writesTheIdOfEachEventOnRequest() {
        ChunkEncoder encoder = withIds(AnswerFormat.CHAT_COMPLETIONS);
        assertThat(text(encoder.encode(piece(41, ANSWER.subList(0, 4), 0)))
                        .lines()
                        .filter(line -> line.startsWith("id")))
                .containsExactly("id: 3-41.0", "id: 3-41.2", "id: 3-41.3");
        assertThat(text(withoutIds(AnswerFormat.CHAT_COMPLETIONS).encode(piece(41, ANSWER.subList(0, 4), 0))))
                .doesNotContain("id: ");
    }

    /** After a disconnect at any chunk, a resumed reader receives the missing bytes exactly. */
    @Test
    void resumesAfterAnyChunk() {
        for (int perRecord = 1; perRecord <= ANSWER.size(); perRecord++) {
            List<List<String>> records = new ArrayList<>();
            for (int i = 0; i < ANSWER.size(); i += perRecord) {
                records.add(ANSWER.subList(i, Math.min(ANSWER.size(), i + perRecord)));
            }
            String whole = resumed(records, -1, -1);
            for (int offset = 0; offset < records.size(); offset++) {
                for (int frame = 0; frame < records.get(offset).size(); frame++) {
                    String id = "id: 3-" + offset + "." + frame + "\n";
                    if (whole.contains(id)) {
                        int received = whole.indexOf("\n\n", whole.indexOf(id)) + 2;
                        assertThat(resumed(records, offset, frame)).isEqualTo(whole.substring(received));
                    }
                }
            }
        }
    }

    private static String resumed(List<List<String>> records, int afterOffset, int afterFrame) {
        ChunkEncoder encoder = withIds(AnswerFormat.CHAT_COMPLETIONS_WITH_USAGE);
        StringBuilder written = new StringBuilder();
        for (int offset = 0; offset < records.size(); offset++) {
            int received = offset < afterOffset ? Integer.MAX_VALUE : offset == afterOffset ? afterFrame + 1 : 0;
            written.append(text(encoder.encode(piece(offset, records.get(offset), received))));
        }
        return written.append(text(encoder.end())).toString();
    }

    private static String deltas(List<String> events) {
        return chunks(write(AnswerFormat.CHAT_COMPLETIONS, events)).stream()
                .map(chunk -> chunk.path("choices").path(0))
                .map(choice -> choice.path("delta")
                        + (choice.path("finish_reason").isNull()
                                ? ""
                                : " " + choice.path("finish_reason").stringValue())
                        + "\n")
                .collect(joining());
    }

    private static String write(AnswerFormat format, List<String> events) {
        ChunkEncoder encoder = withIds(format);
        return text(encoder.encode(piece(0, events, 0))) + text(encoder.end());
    }

    private static List<JsonNode> chunks(String written) {
        return Stream.of(written.split("\n"))
                .filter(line -> line.startsWith("data: {"))
                .map(line -> JSON.readTree(line.substring(6)))
                .toList();
    }

    private static ChunkEncoder withIds(AnswerFormat format) {
        return new ChunkEncoder(GENERATION, format, true, JSON, 1 << 16);
    }

    private static ChunkEncoder withoutIds(AnswerFormat format) {
        return new ChunkEncoder(GENERATION, format, false, JSON, 1 << 16);
    }

    private static Piece piece(long offset, List<String> events, int received) {
        String frames = events.stream()
                .map(event -> "event: e\ndata: " + event.replace('\'', '"') + "\n\n")
                .collect(joining());
        return new Piece.Events(
                3, offset, new Frames(GENERATION, 1, 0, CacheVerdict.MISS, frames.getBytes(UTF_8), false), received);
    }

    private static String text(String text) {
        return "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'" + text + "'}}";
    }

    private static String tool(int index, String id, String name) {
        return "{'type':'content_block_start','index':" + index + ",'content_block':{'type':'tool_use','id':'" + id
                + "','name':'" + name + "','input':{}}}";
    }

    private static String json(int index, String part) {
        return "{'type':'content_block_delta','index':" + index + ",'delta':{'type':'input_json_delta','partial_json':'"
                + part.replace("'", "\\'") + "'}}";
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
