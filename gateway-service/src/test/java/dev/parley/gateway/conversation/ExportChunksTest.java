package dev.parley.gateway.conversation;

import static dev.parley.testing.Allocations.allocated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.json.RawJson;
import dev.parley.conversations.ConversationSummary;
import dev.parley.conversations.StoredConversation;
import dev.parley.conversations.StoredTurn;
import dev.parley.gateway.SampleConversation;
import dev.parley.testing.Events;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ExportChunksTest {
    private final SampleConversation sample =
            new SampleConversation(new ConversationId("conv_1"), Instant.parse("2026-11-24T12:00:00Z"));
    private final StoredConversation first = sample.page(
            Optional.of("cursor"),
            SampleConversation.stored(sample.turn("What is a log?", "A `list`.")),
            SampleConversation.stored(sample.turn("And a topic?", "x".repeat(40_000))));
    private final StoredConversation last =
            sample.page(Optional.empty(), SampleConversation.stored(sample.turn("Thanks", "```\n````\n```")));
    private final List<String> cursors = new ArrayList<>();

    @Test
    void writesMarkdownWithTheNewMessagesOfEachTurn() {
        assertThat(whole(ExportFormat.MARKDOWN)).isEqualTo("""
                # Logs & more

                1970-01-01T00:00:00Z to 2026-11-24T12:00:02Z

                ## user

                What is a log?

                ## assistant

                A `list`.

                *2026-11-24T12:00:01Z, m, 10 + 20 tokens, $0.00125*

                ## user

                And a topic?

                ## assistant

                %s

                *2026-11-24T12:00:02Z, m, 10 + 20 tokens, $0.00125*

                ## user

                Thanks

                ## assistant

                ```
                ````
                ```

                *2026-11-24T12:00:03Z, m, 10 + 20 tokens, $0.00125*
                """.formatted("x".repeat(40_000)));
    }

    /** The beginning of an answer, with which a request ends, is not an answer that it repeats. */
    @Test
    void writesTheQuestionOfATurnWhoseAnswerIsBegun() {
        StoredTurn first = SampleConversation.stored(sample.turn("What is a log?", "A list."));
        StoredTurn second = SampleConversation.stored(sample.turn("As JSON?", "\"list\"}"));
        ExportFormat.Writer writer = ExportFormat.MARKDOWN.writer();
        writer.turn(first);
        assertThat(writer.turn(with(second, begun(second.facts().request(), "{\"log\": "))))
                .startsWith("""

                ## user

                As JSON?

                ## assistant

                {"log":\s

                ## assistant

                "list"}
                """);
    }

    /** Such as one that Claude has paused. */
    @Test
    void writesNothingAgainOfATurnThatContinuesAnAnswer() {
        StoredTurn first = SampleConversation.stored(sample.turn("What is a log?", "Let me look."));
        ExportFormat.Writer writer = ExportFormat.MARKDOWN.writer();
        writer.turn(first);
        assertThat(writer.turn(with(first, begun(first.facts().request(), "Let me look."))))
                .startsWith("""

                ## assistant

                Let me look.
                """);
    }

    /** A client need not send the history. */
    @Test
    void writesTheQuestionOfATurnWithoutHistory() {
        StoredTurn first = SampleConversation.stored(sample.turn("What is a log?", "A list."));
        ExportFormat.Writer writer = ExportFormat.MARKDOWN.writer();
        writer.turn(with(first, request("What is a log?")));
        assertThat(writer.turn(with(first, begun(request("As JSON?"), "{")))).startsWith("""

                ## user

                As JSON?

                ## assistant

                {

                ## assistant
                """);
    }

    @ParameterizedTest
    @EnumSource(names = "COMPLETED", mode = EnumSource.Mode.EXCLUDE)
    void writesTheQuestionAfterATurnWithoutItsAnswer(StoredTurn.Type type) {
        StoredTurn first = SampleConversation.stored(sample.turn("What is a log?", "A list."));
        ExportFormat.Writer writer = ExportFormat.MARKDOWN.writer();
        writer.turn(with(first, type, first.facts().request()));
        assertThat(writer.turn(with(first, begun(first.facts().request(), "{"))))
                .startsWith("""

                ## user

                What is a log?

                ## assistant

                {

                ## assistant
                """);
    }

    @Test
    void writesTheQuestionThatIsAskedAgainWithTheSameBeginning() {
        StoredTurn first = SampleConversation.stored(sample.turn("As JSON?", "\"list\"}"));
        StoredTurn begun = with(first, begun(request("As JSON?"), "{"));
        ExportFormat.Writer writer = ExportFormat.MARKDOWN.writer();
        assertThat(writer.turn(begun)).isEqualTo(writer.turn(begun));
    }

    /** Its request has both parts of the answer, in one message or in two. */
    @Test
    void writesNothingAgainOfATurnThatContinuesAnAnswerTwice() {
        StoredTurn first = SampleConversation.stored(sample.turn("What is a log?", "Let me look."));
        RawJson paused = begun(first.facts().request(), "Let me look.");
        for (RawJson again : List.of(begun(first.facts().request(), "Let me look. And"), begun(paused, "And"))) {
            ExportFormat.Writer writer = ExportFormat.MARKDOWN.writer();
            writer.turn(first);
            writer.turn(with(first, paused));
            assertThat(writer.turn(with(first, again))).startsWith("""

                    ## assistant

                    Let me look.

                    *""");
        }
    }

    private static RawJson request(String question) {
        ObjectNode request = TurnCodec.MAPPER.createObjectNode();
        request.withArray("messages").addObject().put("role", "user").put("content", question);
        return RawJson.of(request);
    }

    private static RawJson begun(RawJson request, String answer) {
        ObjectNode whole = (ObjectNode) request.tree();
        whole.withArray("messages").addObject().put("role", "assistant").put("content", answer);
        return RawJson.of(whole);
    }

    /** The tree of this message takes 230 MB of heap. */
    @Test
    void omitsMessagesThatTakeTooMuchHeap() {
        StoredTurn turn = SampleConversation.stored(sample.turn("What is a log?", "A list."));
        RawJson request = RawJson.of(
                        ("{\"messages\":[{\"role\":\"user\",\"content\":[" + "{\"\":0},".repeat(1_100_000) + "0]}]}")
                                .getBytes(UTF_8))
                .orElseThrow();
        long before = allocated();
        String text = ExportFormat.MARKDOWN.writer().turn(with(turn, request));
        assertThat(text).contains("too many values").contains("A list.");
        assertThat(allocated() - before).isLessThan(8L * request.length());
    }

    @Test
    void omitsAnAnswerThatTakesTooMuchHeap() {
        StoredTurn turn = SampleConversation.stored(sample.turn("What is a log?", "A list."));
        RawJson message = RawJson.of(
                        ("{\"content\":[{\"type\":\"tool_use\",\"input\":[" + "{},".repeat(300_000) + "0]}]}")
                                .getBytes(UTF_8))
                .orElseThrow();
        StoredTurn large = new StoredTurn(turn.type(), turn.facts(), message, turn.error(), turn.storedAt());
        assertThat(ExportFormat.MARKDOWN.writer().turn(large))
                .contains("What is a log?")
                .contains("too many values");
    }

    /** Indented, each member would have a line of a thousand spaces. */
    @Test
    void doesNotIndentDeepToolInput() {
        String deep = "{\"a\":".repeat(450) + "[" + "0,".repeat(50_000) + "0]" + "}".repeat(450);
        StoredTurn turn = SampleConversation.stored(sample.turn("What is a log?", "A list."));
        RawJson request = RawJson.of(
                        ("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_use\",\"name\":\"t\",\"input\":"
                                        + deep + "}]}]}")
                                .getBytes(UTF_8))
                .orElseThrow();
        String text = ExportFormat.MARKDOWN.writer().turn(with(turn, request));
        assertThat(text).contains("*Tool t*", "A list.");
        assertThat(text.length()).isLessThan(2 * request.length());
    }

    /** The text would be copied at each level, and searched for backticks. */
    @Test
    void omitsResultsWithinAResult() {
        String nested = "{\"type\":\"tool_result\",\"content\":[".repeat(200) + "{\"type\":\"text\",\"text\":\""
                + "x".repeat(1_000_000) + "\"}" + "]}".repeat(200);
        StoredTurn turn = SampleConversation.stored(sample.turn("What is a log?", "A list."));
        RawJson request = RawJson.of(
                        ("{\"messages\":[{\"role\":\"user\",\"content\":[" + nested + "]}]}").getBytes(UTF_8))
                .orElseThrow();
        long before = allocated();
        String text = ExportFormat.MARKDOWN.writer().turn(with(turn, request));
        assertThat(allocated() - before).isLessThan(10L * request.length());
        assertThat(text).startsWith("""

                ## user

                *Result*

                ```
                *(tool_result)*
                ```

                ## assistant

                A list.
                """);
    }

    /** Claude omits the text of its thinking by default. */
    @Test
    void writesNoThinkingWithoutText() {
        StoredTurn turn = SampleConversation.stored(sample.turn("What is a log?", "A list."));
        RawJson request = RawJson.of(TurnCodec.MAPPER.readTree("""
                {"messages":[{"role":"assistant","content":[
                  {"type":"thinking","thinking":"","signature":"s"},{"type":"thinking","thinking":"Hm.","signature":"s"},
                  {"type":"text","text":"So."}]}]}"""));
        assertThat(ExportFormat.MARKDOWN.writer().turn(with(turn, request))).startsWith("""

                ## assistant

                *Thought*

                ```
                Hm.
                ```

                So.
                """);
    }

    /** Each block has the citations of its part. Of a question, blocks are texts of their own, such as documents. */
    @Test
    void writesTheTextBlocksOfAnAnswerThatFollowEachOtherAsOneText() {
        String content = """
                [{"type":"text","text":"Let me look."},
                  {"type":"server_tool_use","id":"t","name":"web_search","input":{}},
                  {"type":"text","text":"K2 is "},{"type":"text","text":"8,611 m","citations":[{"cited_text":"8,611"}]},
                  {"type":"text","text":" high.\\n"},{"type":"thinking","thinking":"","signature":"s"},{"type":"text","text":"So."}]""";
        StoredTurn turn = SampleConversation.stored(
                new ChatCompleted(Events.facts(_ -> {}), TurnCodec.MAPPER.readTree("{\"content\":" + content + "}")));
        RawJson request = RawJson.of(TurnCodec.MAPPER.readTree("""
                {"messages":[{"role":"user","content":[{"type":"text","text":"How high"},{"type":"text","text":"is K2?"}]},
                  {"role":"assistant","content":%s}]}""".formatted(content)));
        String answer = """

                ## assistant

                Let me look.

                *(server_tool_use)*

                K2 is 8,611 m high.


                So.
                """;
        assertThat(ExportFormat.MARKDOWN.writer().turn(with(turn, request))).startsWith("""

                ## user

                How high

                is K2?
                """ + answer + answer);
    }

    @Test
    void countsTheTokensOfThePromptCacheAsInput() {
        TurnFacts facts = Events.facts(with -> with.usage = new Usage(1, 20, 30, 400));
        StoredTurn turn = SampleConversation.stored(new ChatCompleted(
                facts, sample.turn("What is a log?", "A list.").message()));
        assertThat(ExportFormat.MARKDOWN.writer().turn(turn)).contains(", 431 + 20 tokens, ");
    }

    private static StoredTurn with(StoredTurn turn, RawJson request) {
        return with(turn, turn.type(), request);
    }

    private static StoredTurn with(StoredTurn turn, StoredTurn.Type type, RawJson request) {
        TurnFacts before = turn.facts();
        TurnFacts facts = Events.facts(after -> {
            after.generation = before.generation();
            after.user = before.user();
            after.model = before.model();
            after.escalates = before.escalates();
            after.request = request;
            after.usage = before.usage();
            after.costUsd = before.costUsd();
            after.cache = before.cache();
            after.similar = before.similar();
            after.attempts = before.attempts();
            after.timings = before.timings();
            after.receivedAt = before.receivedAt();
            after.endedAt = before.endedAt();
        });
        return new StoredTurn(type, facts, turn.message(), turn.error(), turn.storedAt());
    }

    @Test
    void writesOneJsonObjectWithTheFieldNamesOfTheApi() {
        JsonNode json = TurnCodec.MAPPER.readTree(whole(ExportFormat.JSON));
        assertThat(json.path("id").stringValue()).isEqualTo("conv_1");
        assertThat(json.path("turns")).hasSize(3);
        assertThat(json.path("turns").path(2))
                .isEqualTo(TurnCodec.MAPPER.readTree(
                        TurnCodec.MAPPER.writeValueAsString(last.turns().getFirst())));
    }

    @Test
    void readsPagesOnDemandAndProducesSmallChunks() {
        ExportChunks chunks = new ExportChunks(first, ExportFormat.JSON.writer(), this::page);
        for (int i = 0; i < 3; i++) {
            assertThat(chunks.next()).hasSizeBetween(1, ExportChunks.BYTES_MAX);
        }
        assertThat(cursors).isEmpty();
        chunks.forEachRemaining(chunk -> assertThat(chunk).hasSizeBetween(1, ExportChunks.BYTES_MAX));
        assertThat(cursors).containsExactly("cursor");
    }

    /** Another beginning: that of the turns after the deletion. */
    @Test
    void failsWhenTheConversationIsDeletedBeforeItsLastPage() {
        StoredConversation again = new StoredConversation(
                new ConversationSummary(
                        last.summary().id(), "Logs & more", "ada", Instant.EPOCH.plusSeconds(1), Instant.EPOCH),
                last.turns(),
                Optional.empty());
        Stream.of(Optional.<StoredConversation>empty(), Optional.of(sample.page(Optional.empty())), Optional.of(again))
                .map(page -> new ExportChunks(first, ExportFormat.JSON.writer(), _ -> page))
                .forEach(chunks -> assertThatThrownBy(() -> text(chunks)).hasMessageContaining("was deleted"));
    }

    /** A conversation of which no turn is left. */
    @Test
    void writesAPageWithoutTurns() {
        ExportChunks chunks =
                new ExportChunks(sample.page(Optional.empty()), ExportFormat.JSON.writer(), _ -> Optional.empty());
        assertThat(TurnCodec.MAPPER.readTree(text(chunks)).path("turns")).isEmpty();
    }

    @Test
    void namesTheFileAfterTheTitle() {
        assertThat(ExportFormat.MARKDOWN.fileName(first.summary())).isEqualTo("Logs-more.md");
    }

    private String whole(ExportFormat format) {
        return text(new ExportChunks(first, format.writer(), this::page));
    }

    private Optional<StoredConversation> page(String cursor) {
        cursors.add(cursor);
        return Optional.of(last);
    }

    private static String text(ExportChunks chunks) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        chunks.forEachRemaining(bytes::writeBytes);
        return bytes.toString(UTF_8);
    }
}
