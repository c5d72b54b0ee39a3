package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.answercache.CachedAnswer;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.delta.AnsweredBy;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.model.LeastThinking;
import dev.parley.contracts.model.PermittedModels;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.generation.models.ModelChoice;
import dev.parley.messages.ApiError;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AliasedRequestTest {
    private static final String BEGINNING =
            AnswerEvents.start("msg_1", 1).replace("claude-x", "strong-1") + AnswerEvents.text("Because");
    private static final String ENDING = AnswerEvents.end(2);
    private static final String CHEAP_BEGINNING = BEGINNING.replace("strong-1", "cheap-1");
    private static final String ANSWER = CHEAP_BEGINNING + ENDING;
    private static final Selection CHEAP = new Selection("cheap", "on", "cheap", "score", OptionalDouble.of(0.9));
    private static final ChatRequested REQUESTED = Events.requested(request -> {
        request.model = "auto";
        request.request = "{\"model\":\"auto\",\"messages\":[],\"stream\":true}".getBytes(UTF_8);
    });
    private static final Claude.Response.Refused OVERLOADED =
            new Claude.Response.Refused(529, "req_1", "", ApiError.of(529, "Overloaded"), true);

    private static final Map<String, List<String>> FALLBACKS =
            Map.of("claude-x", List.of("first", "second"), "cheap", List.of("first"));

    private static final ScriptedClaude.Piece[] OVERLOADED_IN_THE_STREAM = ScriptedClaude.bytes("""
            event: error
            data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}

            """);

    private final List<Delta> deltas = new ArrayList<>();

    @Test
    void asksTheChosenModel() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(ANSWER));

        FinishedTurn finished = run(claude);

        assertThat(claude.calls().getFirst().model()).isEqualTo("cheap");
        assertThat(claude.calls().getFirst().key()).isEqualTo(Events.TENANT.value());
        assertThat(new String(claude.calls().getFirst().request(), UTF_8))
                .isEqualTo("{\"model\":\"cheap\",\"messages\":[],\"stream\":true}");
        assertThat(finished.turn().facts().model()).isEqualTo("auto");
        assertThat(finished.turn().facts().selection()).contains(CHEAP);
        assertThat(finished.turn().facts().attempts().getFirst().model()).isEqualTo("cheap-1");
        assertThat(finished.gzippedFrames()).isNotEmpty();
    }

    /** Each model has a type of its own for it, and refuses that of the other. */
    @ParameterizedTest
    @CsvSource({
        "disabled, disabled, between_tools",
        "between_tools, disabled, between_tools",
        "adaptive, adaptive, adaptive",
        "enabled, enabled, enabled"
    })
    void asksEachModelToThinkAsLittleAsItCanIfTheClientDoes(String asked, String cheap, String strong)
            throws Exception {
        ScriptedClaude claude = ScriptedClaude.refusing(OVERLOADED).thenAnswering(ScriptedClaude.bytes(ANSWER));

        run(claude, Events.requested(request -> {
            request.model = "auto";
            request.request = thinking("auto", asked).getBytes(UTF_8);
        }));

        assertThat(claude.calls())
                .extracting(call -> new String(call.request(), UTF_8))
                .containsExactly(thinking("cheap", cheap), thinking("strong", strong));
    }

    @ParameterizedTest
    @CsvSource({
        "disabled, ON_REQUEST, disabled",
        "disabled, WITH_BUDGET, disabled",
        "disabled, DISABLED, disabled",
        "disabled, BETWEEN_TOOLS, between_tools",
        "disabled, ALWAYS, adaptive",
        "adaptive, ON_REQUEST, adaptive",
        "adaptive, WITH_BUDGET, disabled",
        "adaptive, DISABLED, adaptive"
    })
    void asksForThinkingThatTheModelPermits(String asked, LeastThinking least, String type) {
        Claude.Call call = Continuation.call(
                Events.requested(
                        request -> request.request = thinking("auto", asked).getBytes(UTF_8)),
                "m",
                Optional.of(least),
                RetryPolicy.RequestForm.ORIGINAL,
                new DeliveredAnswer(new AnswerFrames()));

        assertThat(call.request()).asString(UTF_8).isEqualTo(thinking("m", type));
    }

    /** Its client knows what the model accepts. */
    @Test
    void leavesThinkingToTheClientThatNamesAModel() {
        String request = thinking("claude-x", "disabled");
        Claude.Call call = Continuation.call(
                Events.requested(asked -> asked.request = request.getBytes(UTF_8)),
                "fallback",
                Optional.empty(),
                RetryPolicy.RequestForm.ORIGINAL,
                new DeliveredAnswer(new AnswerFrames()));

        assertThat(call.request()).asString(UTF_8).isEqualTo(thinking("fallback", "disabled"));
    }

    private static String thinking(String model, String type) {
        return "{\"thinking\":{\"type\":\"%s\"},\"model\":\"%s\",\"messages\":[]}".formatted(type, model);
    }

    @Test
    void namesTheModelInTheFirstFrames() throws Exception {
        run(ScriptedClaude.answering(ScriptedClaude.bytes(CHEAP_BEGINNING, ENDING)));

        assertThat(answeredBy()).containsExactly(Optional.of(new AnsweredBy("cheap", "score")), Optional.empty());
    }

    @Test
    void asksTheOtherModelOfThePairIfTheChosenOneFails() throws Exception {
        ScriptedClaude claude = ScriptedClaude.refusing(OVERLOADED).thenAnswering(ScriptedClaude.bytes(ANSWER));

        FinishedTurn finished = run(claude);

        assertThat(claude.calls()).extracting(Claude.Call::model).containsExactly("cheap", "strong");
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
        assertThat(finished.gzippedFrames())
                .as("it is not cached as the answer of the chosen one")
                .isEmpty();
        assertThat(answeredBy()).containsExactly(Optional.of(new AnsweredBy("strong", "fallback")));
    }

    /** The key pays for the answer. An alias may be permitted by its name. */
    @ParameterizedTest
    @CsvSource({
        "claude-x, '', claude-x first",
        "claude-x, claude-x second, claude-x second",
        "claude-x, claude-x, claude-x",
        "auto, auto, cheap strong",
        "auto, cheap strong, cheap strong"
    })
    void asksNoFallbackModelThatTheKeyMayNotUse(String model, String permitted, String asked) throws Exception {
        ScriptedClaude claude = ScriptedClaude.refusing(OVERLOADED);
        ChatRequested requested = Events.requested(request -> {
            request.model = model;
            request.permittedModels =
                    permitted.isEmpty() ? PermittedModels.ALL : new PermittedModels(List.of(permitted.split(" ", -1)));
        });

        runner(claude.thenAnswering(ScriptedClaude.bytes(ANSWER)), 1, FALLBACKS)
                .run(RoutedRequest.toClaude(requested, Instant.EPOCH), deltas::add, new Cancellation());

        assertThat(claude.calls().stream().map(Claude.Call::model).collect(Collectors.joining(" ")))
                .isEqualTo(asked);
    }

    /** Such as a {@code max_tokens} that only the chosen model accepts. */
    @ParameterizedTest
    @ValueSource(ints = {400, 404})
    void failsWithTheErrorOfTheChosenModelIfTheOtherOneRejectsTheRequest(int status) throws Exception {
        FinishedTurn finished = run(ScriptedClaude.refusing(
                        new Claude.Response.Refused(529, "req_1", "9", ApiError.of(529, "Overloaded"), true))
                .thenRefusing(rejection(status)));

        assertThat(deltas.getLast()).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.status()).isEqualTo(529);
            assertThat(failed.retryAfter()).isEqualTo("9");
        });
        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatFailed.class,
                        turn -> assertThat(turn.error().status()).isEqualTo(529));
        assertThat(finished.turn().facts().attempts())
                .extracting(Attempt::model, Attempt::status)
                .containsExactly(tuple("cheap", 529), tuple("strong", status));
    }

    @Test
    void failsWithTheErrorOfTheOtherModelIfThatIsOverloadedToo() throws Exception {
        run(ScriptedClaude.refusing(OVERLOADED)
                .thenRefusing(new Claude.Response.Refused(429, "req_2", "30", ApiError.of(429, "Slow down"), true)));

        assertThat(deltas.getLast())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.status()).isEqualTo(429));
    }

    @Test
    void failsWithTheErrorOfTheChosenModelIfThatRejectsTheRequest() throws Exception {
        ScriptedClaude claude = ScriptedClaude.refusing(rejection(400));
        run(claude);

        assertThat(claude.calls()).hasSize(1);
        assertThat(deltas.getLast())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.status()).isEqualTo(400));
    }

    @Test
    void asksTheOtherModelIfTheChosenOneReportsAnOverloadInItsStream() throws Exception {
        ScriptedClaude claude =
                ScriptedClaude.answering(OVERLOADED_IN_THE_STREAM).thenAnswering(ScriptedClaude.bytes(ANSWER));

        FinishedTurn finished = run(claude);

        assertThat(claude.calls()).extracting(Claude.Call::model).containsExactly("cheap", "strong");
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
        assertThat(finished.gzippedFrames()).isEmpty();
        assertThat(answeredBy()).containsExactly(Optional.of(new AnsweredBy("strong", "fallback")));
    }

    @Test
    void endsIfTheOtherModelReportsAnOverloadInItsStreamToo() throws Exception {
        ScriptedClaude claude =
                ScriptedClaude.answering(OVERLOADED_IN_THE_STREAM).thenAnswering(OVERLOADED_IN_THE_STREAM);

        FinishedTurn finished = run(claude);

        assertThat(claude.calls()).hasSize(2);
        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatFailed.class,
                        turn -> assertThat(turn.error().status()).isEqualTo(529));
    }

    /** Readers have the name of the first model by then. */
    @Test
    void namesTheOtherModelAtTheEndOfAnAnswerThatTheChosenOneHasBegun() throws Exception {
        String begun = CHEAP_BEGINNING.substring(0, CHEAP_BEGINNING.indexOf("event: content_block_start"));
        String overloaded = """
            event: error
            data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}

            """;

        FinishedTurn finished = run(ScriptedClaude.answering(ScriptedClaude.bytes(begun, overloaded))
                .thenAnswering(ScriptedClaude.bytes(BEGINNING, ENDING)));

        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.message().path("model").stringValue("")).isEqualTo("strong-1");
            assertThat(turn.facts().attempts()).extracting(Attempt::model).containsExactly("cheap-1", "strong-1");
        });
        assertThat(text())
                .containsOnlyOnce("event: message_start")
                .contains("\"delta\":{\"stop_reason\":\"end_turn\",\"model\":\"strong-1\"}");
    }

    /** The breaks of the chosen model do not count for the other one. */
    @Test
    void continuesTheAnswerOfTheOtherModelAfterABreak() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(OVERLOADED_IN_THE_STREAM)
                .thenAnswering(OVERLOADED_IN_THE_STREAM)
                .thenAnswering(ScriptedClaude.bytes(BEGINNING))
                .thenAnswering(ScriptedClaude.bytes(BEGINNING, ENDING));

        FinishedTurn finished = runner(claude, 2)
                .run(RoutedRequest.toClaude(REQUESTED, Instant.EPOCH), deltas::add, new Cancellation());

        assertThat(claude.calls()).extracting(Claude.Call::model).containsExactly("cheap", "cheap", "strong", "strong");
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
    }

    @Test
    void namesTheOtherModelIfThatHasBegunTheAnswerForAPreviousOwner() throws Exception {
        Delta begun = new Frames(REQUESTED.generation(), 1, 0, CacheVerdict.MISS, BEGINNING.getBytes(UTF_8), false);
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(BEGINNING + ENDING));

        runner(claude).resume(REQUESTED, Generations.log(begun), 2, deltas::add, new Cancellation());

        assertThat(claude.calls()).extracting(Claude.Call::model).containsExactly("strong");
        assertThat(answeredBy()).containsExactly(Optional.of(new AnsweredBy("strong", "fallback")));
    }

    @Test
    void failsWithTheOverloadInTheStreamIfTheOtherModelRejectsTheRequest() throws Exception {
        FinishedTurn finished =
                run(ScriptedClaude.answering(OVERLOADED_IN_THE_STREAM).thenRefusing(rejection(400)));

        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatFailed.class,
                        turn -> assertThat(turn.error().status()).isEqualTo(529));
    }

    private static Claude.Response.Refused rejection(int status) {
        return new Claude.Response.Refused(status, "req_2", "", ApiError.of(status, "no"), false);
    }

    @Test
    void namesTheModelOfACachedAnswer() throws Exception {
        CachedAnswer answer =
                new CachedAnswer("{\"model\":\"cheap-1\"}".getBytes(UTF_8), Gzip.pack(ANSWER.getBytes(UTF_8)));

        runner(ScriptedClaude.neverAnswering())
                .replay(
                        new RoutedRequest(REQUESTED, CacheVerdict.EXACT, Instant.EPOCH, SimilarTrace.NONE),
                        answer.message(),
                        answer.frames().orElseThrow(),
                        deltas::add);

        assertThat(answeredBy()).containsExactly(Optional.of(new AnsweredBy("cheap-1", "cached")));
    }

    private String text() {
        return deltas.stream()
                .filter(Frames.class::isInstance)
                .map(delta -> new String(((Frames) delta).frames(), UTF_8))
                .collect(Collectors.joining());
    }

    private List<Optional<AnsweredBy>> answeredBy() {
        return deltas.stream()
                .filter(Frames.class::isInstance)
                .map(delta -> ((Frames) delta).answeredBy())
                .toList();
    }

    private FinishedTurn run(Claude claude) throws InterruptedException {
        return run(claude, REQUESTED);
    }

    private FinishedTurn run(Claude claude, ChatRequested requested) throws InterruptedException {
        return runner(claude).run(RoutedRequest.toClaude(requested, Instant.EPOCH), deltas::add, new Cancellation());
    }

    private static LeastThinking leastThinking(String model) {
        return switch (model) {
            case "cheap" -> LeastThinking.DISABLED;
            case "strong" -> LeastThinking.BETWEEN_TOOLS;
            default -> throw new IllegalArgumentException(model);
        };
    }

    private static GenerationRunner runner(Claude claude) {
        return runner(claude, 1);
    }

    private static GenerationRunner runner(Claude claude, int attemptsMax) {
        return runner(claude, attemptsMax, Map.of());
    }

    private static GenerationRunner runner(Claude claude, int attemptsMax, Map<String, List<String>> fallbacks) {
        Duration minute = Duration.ofMinutes(1);
        return new GenerationRunner(
                claude,
                Generations.settings(minute, minute, Generations.retries(attemptsMax, 0, fallbacks)),
                Clock.systemUTC(),
                Generations.turns(Clock.systemUTC()),
                requested -> requested.model().equals("auto")
                        ? Optional.of(new ModelChoice(CHEAP, "strong", AliasedRequestTest::leastThinking))
                        : Optional.empty());
    }
}
