package dev.parley.simulator.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.conversation.Question;
import dev.parley.simulator.model.ModelCatalog;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.MessagesRequest;
import dev.parley.simulator.request.Reading;
import dev.parley.simulator.request.RequestReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class AnswerWriterTest {
    private static final String WEATHER =
            "\"tools\":[{\"name\":\"get_weather\",\"input_schema\":{\"type\":\"object\",\"properties\":"
                    + "{\"location\":{\"type\":\"string\"}}}}]";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final AnswerWriter writer =
            new AnswerWriter(new Ids(new Random(1)), new InputTokens(new PromptCache(now::get)));

    @Test
    void answersInOneTextBlock() {
        Answer answer = answer("\"max_tokens\":4000", user("Why is the sky blue?"));

        assertThat(answer.model()).isEqualTo("claude-haiku-4-5-20251001");
        assertThat(answer.id()).matches("msg_01[1-9A-Za-z]{22}");
        assertThat(answer.stop()).isEqualTo(new Stop.EndTurn());
        assertThat(answer.blocks()).hasSize(1);
        assertThat(answer.usage().output())
                .isEqualTo(answer.blocks().getFirst().pieces().size());
    }

    @Test
    void fitsTheSchemaThatItIsGiven() {
        String fields = "\"max_tokens\":400,\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":"
                + "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}}}}";
        assertThat(text(answer(fields, user("Give me 7.")))).isEqualTo("{\"n\":7}");
        assertThat(text(answer(fields, user("Give me 7."), assistant("{\"n")))).isEqualTo("\":7}");
        assertThat(text(write(request(fields, user("Give me 7.")), new Wish.Words("Seven."))))
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

        assertThat(answer.stop()).isEqualTo(new Stop.MaxTokens());
        assertThat(answer.usage().output()).isEqualTo(12);
    }

    @Test
    void stopsBeforeTheFirstStopSequence() {
        Answer answer = write(
                request("\"max_tokens\":400,\"stop_sequences\":[\"five\",\"th\"]", user("Count")),
                new Wish.Words("one two three four five"));

        assertThat(text(answer)).isEqualTo("one two ");
        assertThat(answer.stop()).isEqualTo(new Stop.StopSequence("th"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 57, 200})
    void goesOnFromItsOwnBeginningToTheSameWhole(int characters) {
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
    void goesOnFromForeignWords() {
        assertThat(text(answer("\"max_tokens\":400", user("Why?"), assistant("Ahoy:"))))
                .startsWith(" ");
        assertThat(text(answer("\"max_tokens\":400", user("JSON please"), assistant("{"))))
                .isEqualTo("\"simulated\": true, \"answer\": 42}");
    }

    @Test
    void aWishToGoOnAfterTheEndIsAQuestionOfItsOwn() {
        String whole = text(answer("\"max_tokens\":4000", user("Why is the sky blue?")));

        assertThat(text(answer(
                        "\"max_tokens\":4000", user("Why is the sky blue?"), assistant(whole), user("Continue!"))))
                .contains("“Continue!”")
                .contains("Earlier you asked “Why is the sky blue?”.");
    }

    @Test
    void thinksBeforeItSpeaks() {
        Answer answer =
                answer("\"max_tokens\":4000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}", user("Why?"));

        assertThat(answer.blocks()).hasExactlyElementsOfTypes(AnswerBlock.Thinking.class, AnswerBlock.Text.class);
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

        assertThat(answer.blocks()).hasExactlyElementsOfTypes(AnswerBlock.Text.class, AnswerBlock.ToolUse.class);
        assertThat(JsonMapper.shared()
                        .readTree(answer.blocks().getLast().whole())
                        .toString())
                .isEqualTo("{\"location\":\"Oslo\"}");
        assertThat(answer.stop()).isEqualTo(new Stop.ToolUse());
    }

    @Test
    void aForcedToolIsCalledWithoutAWord() {
        Answer answer = answer(
                "\"max_tokens\":4000,\"tool_choice\":{\"type\":\"tool\",\"name\":\"get_weather\"}," + WEATHER,
                user("Hello"));

        assertThat(answer.blocks()).hasExactlyElementsOfTypes(AnswerBlock.ToolUse.class);
    }

    @Test
    void usesTheToolsResult() {
        Answer answer = answer(
                "\"max_tokens\":4000," + WEATHER,
                user("What is the weather in Oslo?"),
                "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"get_weather\",\"input\":{}}]}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"sleet, 1 degree\"}]}");

        assertThat(text(answer)).contains("The tool answered: sleet, 1 degree");
        assertThat(answer.stop()).isEqualTo(new Stop.EndTurn());
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

    private Answer answer(String fields, String... messages) {
        return write(request(fields, messages), new Wish.Anything());
    }

    private Answer write(MessagesRequest request, Wish wish) {
        return writer.write(request, Question.of(request.messages()), wish);
    }

    private static MessagesRequest request(String fields, String... messages) {
        String body =
                "{\"model\":\"claude-haiku-4-5\"," + fields + ",\"messages\":[" + String.join(",", messages) + "]}";
        Reading reading = new RequestReader(new ModelCatalog(List.of())).read(body.getBytes(StandardCharsets.UTF_8));
        return switch (reading) {
            case Reading.Accepted(MessagesRequest request) -> request;
            case Reading.Rejected(ApiError error) -> throw new AssertionError(error);
        };
    }

    private static String user(String text) {
        return "{\"role\":\"user\",\"content\":" + JsonMapper.shared().writeValueAsString(text) + "}";
    }

    private static String assistant(String text) {
        return "{\"role\":\"assistant\",\"content\":" + JsonMapper.shared().writeValueAsString(text) + "}";
    }

    private static String text(Answer answer) {
        return answer.blocks().getLast().whole();
    }
}
