package dev.parley.simulator.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.answer.Answer.Content;
import dev.parley.simulator.answer.Answer.Stop;
import dev.parley.simulator.answer.Answer.Usage;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.Directive;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.MessagesRequest;
import dev.parley.simulator.request.MessagesRequestReader;
import dev.parley.simulator.request.MessagesRequestReader.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class AnswerGeneratorTest {
    private static final String WEATHER =
            "\"tools\":[{\"name\":\"get_weather\",\"input_schema\":{\"type\":\"object\",\"properties\":"
                    + "{\"location\":{\"type\":\"string\"}}}}]";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final AnswerGenerator generator =
            new AnswerGenerator(new Ids(new Random(1)), new InputTokens(now::get), Grading.NONE);

    @Test
    void answersInOneTextBlock() {
        Answer answer = answer("\"max_tokens\":4000", user("Why is the sky blue?"));

        assertThat(answer.model()).isEqualTo("claude-haiku-4-5-20251001");
        assertThat(answer.id()).matches("msg_01[1-9A-Za-z]{22}");
        assertThat(answer.stop()).isEqualTo(Stop.END_TURN);
        assertThat(answer.blocks()).hasSize(1);
        assertThat(answer.usage().output())
                .isEqualTo(answer.blocks().getFirst().pieces().size());
    }

    @Test
    void fitsTheSchemaThatItIsGiven() {
        String fields = "\"max_tokens\":400,\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":"
                + "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"additionalProperties\":false}}}";
        assertThat(text(answer(fields, user("Give me 7.")))).isEqualTo("{\"n\":7}");
        assertThat(text(answer(fields, user("Give me 7."), assistant("{\"n")))).isEqualTo("\":7}");
        assertThat(text(write(request(fields, user("Give me 7.")), text("Seven."))))
                .isEqualTo("Seven.");
    }

    @Test
    void everyAnswerHasAnIdOfItsOwn() {
        assertThat(answer("\"max_tokens\":40", user("a")).id())
                .isNotEqualTo(answer("\"max_tokens\":40", user("a")).id());
    }

    @Test
    void stopsAtMaxTokens() {
        Answer answer = answer("\"max_tokens\":12", user("Why is the sky blue?"));

        assertThat(answer.stop()).isEqualTo(Stop.MAX_TOKENS);
        assertThat(answer.usage().output()).isEqualTo(12);
    }

    @Test
    void stopsBeforeTheFirstStopSequence() {
        Answer answer = write(
                request("\"max_tokens\":400,\"stop_sequences\":[\"five\",\"th\"]", user("Count")),
                text("one two three four five"));

        assertThat(text(answer)).isEqualTo("one two ");
        assertThat(answer.stop()).isEqualTo(Stop.at("th"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 57, 200})
    void continuesItsOwnBeginningToTheSameWhole(int characters) {
        String whole = text(answer("\"max_tokens\":4000", user("Why is the sky blue?")));
        String written = whole.substring(0, characters).stripTrailing();

        String prefilled = text(answer("\"max_tokens\":4000", user("Why is the sky blue?"), assistant(written)));
        String askedTo = text(answer(
                "\"max_tokens\":4000",
                user("Why is the sky blue?"),
                assistant(written),
                user("Please go on from exactly there.")));

        assertThat(written + prefilled).isEqualTo(whole);
        assertThat(written + askedTo).isEqualTo(whole);
    }

    @Test
    void continuesOtherText() {
        assertThat(text(answer("\"max_tokens\":400", user("Why?"), assistant("Ahoy:"))))
                .startsWith(" ");
        assertThat(text(answer("\"max_tokens\":400", user("JSON please"), assistant("{"))))
                .isEqualTo("\"simulated\": true, \"answer\": 42}");
    }

    @Test
    void aRequestToContinueAfterTheEndIsAQuestionOfItsOwn() {
        String whole = text(answer("\"max_tokens\":4000", user("Why is the sky blue?")));

        assertThat(text(answer(
                        "\"max_tokens\":4000", user("Why is the sky blue?"), assistant(whole), user("Continue!"))))
                .contains("“Continue!”")
                .contains("Earlier you asked “Why is the sky blue?”.");
    }

    @Test
    void thinksBeforeTheText() {
        Answer answer =
                answer("\"max_tokens\":4000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}", user("Why?"));

        assertThat(contents(answer)).hasExactlyElementsOfTypes(Content.Thinking.class, Content.Text.class);
        assertThat(answer.usage().output())
                .isEqualTo(answer.blocks().stream()
                        .mapToInt(block -> block.pieces().size())
                        .sum());
        assertThat(answer.usage().thinking())
                .isEqualTo(answer.blocks().getFirst().pieces().size());
    }

    @Test
    void callsAToolWithInputThatIsJson() {
        Answer answer = answer("\"max_tokens\":4000," + WEATHER, user("What is the weather in Oslo?"));

        assertThat(contents(answer)).hasExactlyElementsOfTypes(Content.Text.class, Content.ToolUse.class);
        assertThat(JsonMapper.shared()
                        .readTree(answer.blocks().getLast().whole())
                        .toString())
                .isEqualTo("{\"location\":\"Oslo\"}");
        assertThat(answer.stop()).isEqualTo(Stop.TOOL_USE);
    }

    @Test
    void aForcedToolIsCalledWithoutText() {
        Answer answer = answer(
                "\"max_tokens\":4000,\"tool_choice\":{\"type\":\"tool\",\"name\":\"get_weather\"}," + WEATHER,
                user("Hello"));

        assertThat(contents(answer)).hasExactlyElementsOfTypes(Content.ToolUse.class);
    }

    @Test
    void usesTheToolsResult() {
        Answer answer = answer(
                "\"max_tokens\":4000," + WEATHER,
                user("What is the weather in Oslo?"),
                "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"get_weather\",\"input\":{}}]}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"sleet,"
                        + " 1 degree\"}]}");

        assertThat(text(answer)).contains("The tool answered: sleet, 1 degree");
        assertThat(answer.stop()).isEqualTo(Stop.END_TURN);
    }

    @Test
    void mentionsPictures() {
        Answer answer = answer(
                "\"max_tokens\":4000",
                "{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}},{\"type\":\"text\",\"text\":\"What?\"}]}");

        assertThat(text(answer)).contains("image came along (image/png, 3 bytes)");
        assertThat(answer.usage().input()).isGreaterThan(1_500);
    }

    @Test
    void aMarkedPromptIsWrittenToTheCacheAndThenReadFromIt() {
        String fields = "\"max_tokens\":9,\"system\":[{\"type\":\"text\",\"text\":\"" + "word ".repeat(2_000)
                + "\",\"cache_control\":{\"type\":\"ephemeral\"}}]";

        Usage written = answer(fields, user("a")).usage();
        Usage read = answer(fields, user("b")).usage();
        now.set(now.get().plus(Duration.ofMinutes(6)));
        Usage writtenAgain = answer(fields, user("c")).usage();

        assertThat(written.cacheCreation()).isGreaterThan(2_000);
        assertThat(written.cacheRead()).isZero();
        assertThat(read.cacheRead()).isEqualTo(written.cacheCreation());
        assertThat(read.cacheCreation()).isZero();
        assertThat(writtenAgain.cacheCreation()).isEqualTo(written.cacheCreation());
        assertThat(written.input()).isLessThan(100);
    }

    @Test
    void aConversationReadsItsEarlierTurnsFromTheCache() {
        String fields = "\"max_tokens\":9,\"cache_control\":{\"type\":\"ephemeral\"}";
        String question = user("word ".repeat(1_000));
        String reply = "{\"role\":\"assistant\",\"content\":\"" + "more ".repeat(500) + "\"}";

        Usage first = answer(fields, question).usage();
        Usage second = answer(fields, question, reply, user("And then?")).usage();
        Usage changed = answer(fields, user("other ".repeat(1_000)), reply, user("And then?"))
                .usage();

        assertThat(first.cacheCreation()).isGreaterThan(1_000);
        assertThat(second.cacheRead()).isEqualTo(first.cacheCreation());
        assertThat(second.cacheCreation()).isBetween(500, 1_000);
        assertThat(changed.cacheRead()).isZero();
    }

    private Answer answer(String fields, String... messages) {
        return write(request(fields, messages), Directives.NONE);
    }

    private Answer write(MessagesRequest request, Directives directives) {
        return generator.generate(request, request.question(), directives);
    }

    private static MessagesRequest request(String fields, String... messages) {
        String body =
                "{\"model\":\"claude-haiku-4-5\"," + fields + ",\"messages\":[" + String.join(",", messages) + "]}";
        Result reading = new MessagesRequestReader(false).read(body.getBytes(StandardCharsets.UTF_8), true);
        return switch (reading) {
            case Result.Accepted(MessagesRequest request) -> request;
            case Result.Rejected(ApiError error) -> throw new AssertionError(error);
        };
    }

    private static String user(String text) {
        return "{\"role\":\"user\",\"content\":" + JsonMapper.shared().writeValueAsString(text) + "}";
    }

    private static String assistant(String text) {
        return "{\"role\":\"assistant\",\"content\":" + JsonMapper.shared().writeValueAsString(text) + "}";
    }

    private static Directives text(String text) {
        return new Directives(Map.of(Directive.TEXT, text));
    }

    private static List<Content> contents(Answer answer) {
        return answer.blocks().stream().map(Answer.Block::content).toList();
    }

    private static String text(Answer answer) {
        return answer.blocks().getLast().whole();
    }
}
