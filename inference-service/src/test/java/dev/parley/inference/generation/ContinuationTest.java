package dev.parley.inference.generation;

import static dev.parley.inference.generation.AnswerEvents.second;
import static dev.parley.inference.generation.AnswerEvents.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.contracts.delta.AttemptList;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.inference.generation.ScriptedClaude.Piece;
import dev.parley.inference.generation.calls.AttemptRecord;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.calls.Claude.Response.Refused;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.messages.ApiError;
import dev.parley.messages.MessageAssembler;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The continuation of a broken answer, which its reader receives as one answer. */
class ContinuationTest {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final String END = AnswerEvents.end(20);
    private static final GenerationSettings SETTINGS = Generations.settings(
            Duration.ofMillis(5),
            Duration.ofMillis(50),
            Generations.retries(3, 2, Map.of("claude-x", List.of("claude-y"))));

    private final List<Delta> deltas = new ArrayList<>();

    @Test
    void continuesACutStream() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(1), text("Good ")))
                .thenAnswering(ScriptedClaude.bytes(start(2), text("day"), text(" to you"), END));
        FinishedTurn finished = run(claude);

        assertThat(shown().at("/content/0/text").stringValue("")).isEqualTo("Good day to you");
        assertThat(shown().path("id").stringValue("")).isEqualTo("msg_1");
        assertThat(prefilled(claude.calls().get(1))).isEqualTo("Good");
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.message().toString()).isEqualTo(shown().toString());
            assertThat(turn.facts().attempts())
                    .extracting(Attempt::number, Attempt::outcome)
                    .containsExactly(tuple(1, "broken"), tuple(2, "completed"));
            assertThat(turn.facts().usage()).isEqualTo(new Usage(200, 22, 0, 0));
        });
        assertThat(deltas.getLast())
                .isInstanceOfSatisfying(
                        Frames.class, last -> assertThat(last.last()).isTrue());
    }

    /** For a cut at any position, also within white space, no text is lost or repeated. */
    @Property(tries = 150)
    void deliversTheSameTextForACutAtAnyPosition(@ForAll @IntRange(min = 0, max = 34) int cut) throws Exception {
        String whole = "One two\n\n  three.  Four \n five, six.";
        String first = whole.substring(0, cut);
        // Claude continues the prefill, whose trailing white space is removed.
        String rest = whole.substring(first.stripTrailing().length());
        deltas.clear();
        run(ScriptedClaude.answering(
                        cut == 0 ? ScriptedClaude.bytes(start(1)) : ScriptedClaude.bytes(start(1), text(first)))
                .thenAnswering(pieces(start(2), rest, END)));
        assertThat(shown().at("/content/0/text").stringValue("")).isEqualTo(whole);
        assertThat(shown().path("content")).hasSize(1);
    }

    /** Chinese has about a token per character, so a limit that ignores it would be exceeded by most of the answer. */
    @Test
    void leavesForTheRestOfAChineseAnswerWhatIsLeftOfItsTokens() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(1), text("中".repeat(360))))
                .thenAnswering(ScriptedClaude.bytes(start(2), text("文"), END));
        RoutedRequest request = Requests.toClaude("""
                {"model":"claude-x","max_tokens":400,"messages":[{"role":"user","content":"Hello"}]}""");
        runner(claude).run(request, deltas::add, new Cancellation());
        assertThat(MAPPER.readTree(claude.calls().get(1).request())
                        .path("max_tokens")
                        .intValue(0))
                .isBetween(1, 130);
    }

    @Test
    void continuesWithAUserMessageIfAPrefillIsRefused() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(1), text("Good ")))
                .thenRefusing(new Refused(400, "", "", ApiError.of(400, "prefill is not supported"), false))
                .thenAnswering(ScriptedClaude.bytes(start(3), text("day"), END));
        FinishedTurn finished = run(claude);
        assertThat(shown().at("/content/0/text").stringValue("")).isEqualTo("Good day");
        JsonNode messages = MAPPER.readTree(claude.calls().get(2).request()).path("messages");
        assertThat(messages.at("/1/content").stringValue("")).isEqualTo("Good ");
        assertThat(messages.at("/2/role").stringValue("")).isEqualTo("user");
        assertThat(finished.turn().facts().attempts()).hasSize(3);
    }

    /** Cloudflare has statuses of its own, such as 522 if Claude does not accept its connection. */
    @Test
    void continuesAfterACutAndARefusalByCloudflare() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(1), text("Good ")))
                .thenRefusing(refusal(522))
                .thenAnswering(ScriptedClaude.bytes(start(3), text("day"), END));
        FinishedTurn finished = run(claude);
        assertThat(shown().at("/content/0/text").stringValue("")).isEqualTo("Good day");
        assertThat(finished.turn().facts().attempts())
                .extracting(Attempt::outcome)
                .containsExactly("broken", "refused", "completed");
    }

    /** The block has citations of another type, so that there is no place for the next one. */
    @Test
    void continuesAfterAnEventOfAnotherForm() throws Exception {
        String cited = """
                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"","citations":"none"}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Good "}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{}}}

                """;
        ScriptedClaude claude = ScriptedClaude.answering(
                        ScriptedClaude.bytes(AnswerEvents.messageStart("msg_1", 100), cited))
                .thenAnswering(ScriptedClaude.bytes(start(2), text("day"), END));
        FinishedTurn finished = run(claude);
        assertThat(shown().at("/content/0/text").stringValue("")).isEqualTo("Good day");
        assertThat(finished.turn().facts().attempts())
                .extracting(Attempt::outcome)
                .containsExactly("broken", "completed");
    }

    /** Each record has all calls of the answer, and is sent without a look at the room for it. */
    @Test
    void reportsWhatIsWithheldOnceForAllThatArrivesTogether() throws Exception {
        String thoughts = AnswerEvents.thinking("No.", "sig_2").repeat(100);
        run(ScriptedClaude.answering(ScriptedClaude.bytes(thinking(1), secondText("Good ")))
                .thenAnswering(ScriptedClaude.bytes(
                        AnswerEvents.messageStart("msg_2", 100) + thoughts, secondText("day"), second(END))));
        assertThat(shown().at("/content/1/text").stringValue("")).isEqualTo("Good day");
        assertThat(deltas.stream().filter(delta -> delta instanceof Heartbeat && delta.attempt() == 2))
                .as("that of the attempt, and one for each of two parts")
                .hasSize(3);
    }

    /** While it thinks, Claude refuses a prefill. */
    @Test
    void continuesATextAfterThinking() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(thinking(1), secondText("Good ")))
                .thenAnswering(ScriptedClaude.bytes(thinking(2), secondText("day"), second(END)));
        FinishedTurn finished = run(claude);

        assertThatItThoughtOnce();
        JsonNode messages = MAPPER.readTree(claude.calls().get(1).request()).path("messages");
        assertThat(messages.at("/1/content").stringValue("")).isEqualTo("Good ");
        assertThat(messages.at("/2/role").stringValue("")).isEqualTo("user");
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.message().toString()).isEqualTo(shown().toString());
            assertThat(turn.facts().attempts())
                    .extracting(Attempt::outcome, attempt -> attempt.usage().outputTokens())
                    .containsExactly(tuple("broken", 4L), tuple("completed", 20L));
        });
        assertThat(shown().at("/usage/output_tokens").longValue(0)).isEqualTo(24);
    }

    /** The message shown has the thinking of the first call, and the text of both. */
    private void assertThatItThoughtOnce() {
        assertThat(shown().path("content").toString())
                .isEqualTo("[{\"type\":\"thinking\",\"thinking\":\"A greeting.\",\"signature\":\"sig_1\"},"
                        + "{\"type\":\"text\",\"text\":\"Good day\"}]");
    }

    @Test
    void asksAgainAfterThinkingAlone() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(thinking(1)))
                .thenAnswering(ScriptedClaude.bytes(thinking(2), secondText("Good day"), second(END)));
        FinishedTurn finished = run(claude);
        assertThatItThoughtOnce();
        assertThat(claude.calls().get(1).request())
                .isEqualTo(claude.calls().getFirst().request());
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
    }

    @Test
    void fallsBackToAnotherModelAfterThinkingAlone() throws Exception {
        Piece[] overloaded = ScriptedClaude.bytes(thinking(1), """
                event: error
                data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}

                """);
        ScriptedClaude claude = ScriptedClaude.answering(overloaded)
                .thenAnswering(overloaded)
                .thenAnswering(overloaded)
                .thenAnswering(ScriptedClaude.bytes(start(4), text("Good day"), END));
        run(claude);
        assertThatItThoughtOnce();
        assertThat(claude.calls())
                .extracting(Claude.Call::model)
                .containsExactly("claude-x", "claude-x", "claude-x", "claude-y");
    }

    /** Its client has to return it together with a tool call that follows. */
    @Test
    void deliversTheThinkingOfACallAfterOneThatDeliveredNothing() throws Exception {
        run(ScriptedClaude.answering(ScriptedClaude.bytes(AnswerEvents.messageStart("msg_1", 100)))
                .thenAnswering(ScriptedClaude.bytes(
                        AnswerEvents.messageStart("msg_2", 100),
                        AnswerEvents.thinking("A greeting.", "sig_1"),
                        secondText("Good day"),
                        second(END))));
        assertThatItThoughtOnce();
    }

    /** Without its signature, the client could not return it. */
    @Test
    void doesNotContinueUnfinishedThinking() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(
                ScriptedClaude.bytes(AnswerEvents.messageStart("msg_1", 100), AnswerEvents.thinkingStart("A gree")));
        FinishedTurn finished = run(claude);
        assertThatItFailed(claude, finished, "");
    }

    /** The models that think at once show nothing of it in the first seconds of each answer. */
    @Test
    void asksAgainWithinThinkingOfWhichNothingIsShown() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(BEGUN_TO_THINK))
                .thenAnswering(ScriptedClaude.bytes(BEGUN_TO_THINK))
                .thenAnswering(ScriptedClaude.bytes(
                        BEGUN_TO_THINK + AnswerEvents.thinkingEnd("sig_3"), secondText("Good day"), second(END)));
        FinishedTurn finished = run(claude);
        assertThat(shown().path("content").toString())
                .isEqualTo("[{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"sig_3\"},"
                        + "{\"type\":\"text\",\"text\":\"Good day\"}]");
        assertThat(claude.calls())
                .extracting(call -> new String(call.request(), UTF_8))
                .containsOnly(new String(claude.calls().getFirst().request(), UTF_8));
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.message().toString()).isEqualTo(shown().toString());
            assertThat(turn.facts().attempts())
                    .extracting(Attempt::outcome)
                    .containsExactly("broken", "broken", "completed");
        });
    }

    @Test
    void takesOverAnAnswerWithinThinkingOfWhichNothingIsShown() throws Exception {
        deltas.add(frames(1, 0, BEGUN_TO_THINK));
        GenerationLog log = Generations.log(deltas, Instant.now());
        ScriptedClaude claude =
                ScriptedClaude.answering(ScriptedClaude.bytes(thinking(1), secondText("Good day"), second(END)));
        FinishedTurn finished = runner(claude).resume(REQUEST.requested(), log, 2, deltas::add, new Cancellation());
        assertThatItThoughtOnce();
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
    }

    @Test
    void fallsBackToAModelThatDoesNotThinkWithinThinkingOfWhichNothingIsShown() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(BEGUN_TO_THINK))
                .thenAnswering(ScriptedClaude.bytes(BEGUN_TO_THINK))
                .thenAnswering(ScriptedClaude.bytes(BEGUN_TO_THINK))
                .thenAnswering(ScriptedClaude.bytes(start(4), text("Good day"), END));
        run(claude);
        assertThat(shown().path("content"))
                .extracting(block -> block.path("type").stringValue(""))
                .containsExactly("thinking", "text");
        assertThat(shown().at("/content/1/text").stringValue("")).isEqualTo("Good day");
    }

    private static final String BEGUN_TO_THINK =
            AnswerEvents.messageStart("msg_1", 100) + AnswerEvents.HIDDEN_THINKING_START;

    @ParameterizedTest
    @ValueSource(strings = {"", "Good "})
    void continuesTheAnswerOfAPreviousOwnerThatThought(String text) throws Exception {
        deltas.add(frames(1, 0, thinking(1) + (text.isEmpty() ? "" : secondText(text))));
        GenerationLog log = Generations.log(deltas, Instant.now());
        String rest = "Good day".substring(text.length());
        ScriptedClaude claude =
                ScriptedClaude.answering(ScriptedClaude.bytes(thinking(2), secondText(rest), second(END)));
        FinishedTurn finished = runner(claude).resume(REQUEST.requested(), log, 2, deltas::add, new Cancellation());
        assertThatItThoughtOnce();
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
    }

    /** Claude refuses a limit that is not above the budget. */
    @Test
    void leavesMoreThanTheBudgetForThinking() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(
                        ScriptedClaude.bytes(thinking(1), secondText("Good ".repeat(400))))
                .thenAnswering(ScriptedClaude.bytes(thinking(2), secondText("day"), second(END)));
        RoutedRequest request = Requests.toClaude("""
                {"model":"claude-x","max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":1800},
                 "messages":[{"role":"user","content":"Hello"}]}""");
        runner(claude).run(request, deltas::add, new Cancellation());
        assertThat(MAPPER.readTree(claude.calls().get(1).request())
                        .path("max_tokens")
                        .intValue(0))
                .isEqualTo(1801);
    }

    /** Else the rest of the answer may be cut by thinking that is not shown. */
    @ParameterizedTest
    @CsvSource({"2000, 1600, 1024", "600, 1600, 600", "4000, 400, 3500"})
    void leavesRoomForThinkingAgain(int tokensMax, int wordsShown, int left) throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(
                        ScriptedClaude.bytes(thinking(1), secondText("Good ".repeat(wordsShown))))
                .thenAnswering(ScriptedClaude.bytes(thinking(2), secondText("day"), second(END)));
        RoutedRequest request = Requests.toClaude("""
                {"model":"claude-x","max_tokens":%d,"messages":[{"role":"user","content":"Hello"}]}""".formatted(tokensMax));
        runner(claude).run(request, deltas::add, new Cancellation());
        assertThat(MAPPER.readTree(claude.calls().get(1).request())
                        .path("max_tokens")
                        .intValue(0))
                .isEqualTo(left);
    }

    @Test
    void doesNotContinueAToolCall() throws Exception {
        String tool = """
                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: content_block_start
                data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"t","input":{}}}

                """;
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(1), text("Good "), tool));
        FinishedTurn finished = run(claude);
        assertThatItFailed(claude, finished, "Good ");
    }

    /** After one call, with this text. */
    private void assertThatItFailed(ScriptedClaude claude, FinishedTurn finished, String text) {
        assertThat(claude.calls()).hasSize(1);
        assertThat(deltas.getLast()).isInstanceOf(Failed.class);
        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatFailed.class,
                        turn -> assertThat(turn.message().at("/content/0/text").stringValue(""))
                                .isEqualTo(text));
    }

    /** A model that refuses a prefill would begin a second document after the half of the first. */
    @ParameterizedTest
    @ValueSource(strings = {"\"output_config\":{\"format\":{\"type\":\"json_schema\"}}", "\"output_format\":{}"})
    void doesNotContinueAnAnswerWithAFormat(String format) throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(1), text("{\"name\":\"Ad")))
                .thenRefusing(new Refused(400, "", "", ApiError.of(400, "prefill is not supported"), false))
                .thenAnswering(ScriptedClaude.bytes(start(3), text("{\"name\":\"Ada\"}"), END));
        RoutedRequest request = Requests.toClaude("""
                {"model":"claude-x","max_tokens":100,"messages":[{"role":"user","content":"Hello"}],%s}""".formatted(format));
        FinishedTurn finished = runner(claude).run(request, deltas::add, new Cancellation());
        assertThatItFailed(claude, finished, "{\"name\":\"Ad");
        assertThat(finished.gzippedFrames()).isEmpty();
    }

    @Test
    void addsAMissingEnd() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(
                ScriptedClaude.bytes(start(1), text("Good day"), AnswerEvents.endWithoutStop("end_turn", 20)));
        FinishedTurn finished = run(claude);
        assertThat(claude.calls()).hasSize(1);
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
        assertThat(shown().at("/content/0/text").stringValue("")).isEqualTo("Good day");
    }

    @Test
    void failsAfterThreeAttempts() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(1), text("a")))
                .thenAnswering(ScriptedClaude.bytes(start(2), text("b")))
                .thenAnswering(ScriptedClaude.bytes(start(3), text("c")))
                .thenAnswering(ScriptedClaude.bytes(start(4), text("d"), END));
        FinishedTurn finished = run(claude);
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatFailed.class, turn -> {
            assertThat(turn.message().at("/content/0/text").stringValue("")).isEqualTo("abc");
            assertThat(turn.facts().attempts()).hasSize(3);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 408, 409, 429, 500, 502, 503, 504, 522, 529})
    void retriesBeforeTheFirstToken(int status) throws Exception {
        ScriptedClaude claude = ScriptedClaude.refusing(refusal(status))
                .thenRefusing(refusal(status))
                .thenAnswering(ScriptedClaude.bytes(start(1), text("Good day"), END));
        FinishedTurn finished = run(claude);
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
        assertThat(finished.turn().facts().attempts())
                .extracting(Attempt::outcome)
                .containsExactly("refused", "refused", "completed");
        assertThat(finished.gzippedFrames()).isNotEmpty();
    }

    @Test
    void fallsBackToAnotherModel() throws Exception {
        ScriptedClaude claude = ScriptedClaude.refusing(refusal(529))
                .thenRefusing(refusal(529))
                .thenRefusing(refusal(529))
                .thenAnswering(ScriptedClaude.bytes(start(1), text("Good day"), END));
        FinishedTurn finished = run(claude);
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
        assertThat(claude.calls())
                .extracting(Claude.Call::model)
                .containsExactly("claude-x", "claude-x", "claude-x", "claude-y");
        assertThat(MAPPER.readTree(claude.calls().getLast().request())
                        .path("model")
                        .stringValue(""))
                .isEqualTo("claude-y");
        assertThat(finished.gzippedFrames()).isEmpty();
    }

    @Test
    void continuesAnAnswerThatAnotherModelHasBegunForAPreviousOwnerWithThatModel() throws Exception {
        run(ScriptedClaude.refusing(refusal(529))
                .thenRefusing(refusal(529))
                .thenRefusing(refusal(529))
                .thenAnswering(ScriptedClaude.bytes(startOfOther(4), text("Good "), END)));
        GenerationLog log =
                Generations.log(deltas.stream().filter(delta -> !delta.last()).toList(), Instant.now());
        deltas.clear();

        FinishedTurn finished = runner(onlyOther(ScriptedClaude.bytes(startOfOther(5), text("day"), END)))
                .resume(REQUEST.requested(), log, 5, deltas::add, new Cancellation());

        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.message().at("/content/0/text").stringValue("")).isEqualTo("Good day");
            assertThat(turn.facts().attempts())
                    .extracting(Attempt::model, Attempt::outcome)
                    .containsExactly(
                            tuple("claude-x", "refused"),
                            tuple("claude-x", "refused"),
                            tuple("claude-x", "refused"),
                            tuple("claude-y-20251001", "interrupted"),
                            tuple("claude-y-20251001", "completed"));
        });
        assertThat(finished.gzippedFrames())
                .as("it is not cached as the answer of the chosen one")
                .isEmpty();
    }

    /** The events do not name it: the message was begun by the chosen model, which broke off before any text. */
    @Test
    void continuesWithTheOtherModelOfWhichThePreviousOwnerHasRecordedTheCall() throws Exception {
        Piece[] cut = ScriptedClaude.bytes(start(1));
        run(ScriptedClaude.answering(cut)
                .thenAnswering(cut)
                .thenAnswering(cut)
                .thenAnswering(ScriptedClaude.bytes(startOfOther(4), text("Good "), END)));
        GenerationLog log =
                Generations.log(deltas.stream().filter(delta -> !delta.last()).toList(), Instant.now());

        FinishedTurn finished = runner(onlyOther(ScriptedClaude.bytes(startOfOther(5), text("day"), END)))
                .resume(REQUEST.requested(), log, 5, deltas::add, new Cancellation());

        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatCompleted.class,
                        turn -> assertThat(turn.message().at("/content/0/text").stringValue(""))
                                .isEqualTo("Good day"));
    }

    @Test
    void continuesAnAnswerThatAnotherModelHasBegunForTheFollowedRequestWithThatModel() throws Exception {
        SharedStream leader = new SharedStream("key");
        leader.join();
        String begun = startOfOther(1) + text("Good ");
        leader.frames().add(begun.getBytes(UTF_8));
        leader.publishingTo(_ -> {}).publish(frames(1, 0, begun));
        leader.close();

        FinishedTurn finished = runner(onlyOther(ScriptedClaude.bytes(startOfOther(2), text("day"), END)))
                .follow(REQUEST, leader, deltas::add, new Cancellation());

        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
        assertThat(shown().at("/content/0/text").stringValue("")).isEqualTo("Good day");
    }

    /** The name of the fallback model is a prefix of both. */
    @Test
    void continuesAnAnswerOfTheChosenModelWithThatModel() throws Exception {
        GenerationSettings settings = Generations.settings(
                Duration.ofMillis(5),
                Duration.ofMillis(50),
                Generations.retries(3, 2, Map.of("claude-x", List.of("claude"))));
        GenerationLog log =
                Generations.log(frames(1, 0, start(1).replace("claude-x", "claude-x-20251001") + text("Good ")));
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(2), text("day"), END));

        FinishedTurn finished = Generations.runner(claude, settings, Clock.systemUTC())
                .resume(REQUEST.requested(), log, 2, deltas::add, new Cancellation());

        assertThat(claude.calls()).extracting(Claude.Call::model).containsExactly("claude-x");
        assertThat(finished.gzippedFrames()).isNotEmpty();
    }

    /** The fallback model answers; the chosen one is overloaded. */
    private static Claude onlyOther(Piece... answer) {
        ScriptedClaude other = ScriptedClaude.answering(answer);
        return call ->
                call.model().equals("claude-y") ? other.ask(call) : CompletableFuture.completedFuture(refusal(529));
    }

    private static String startOfOther(int call) {
        return start(call).replace("claude-x", "claude-y-20251001");
    }

    @Test
    void cachesNoAnswerOfAnotherModelThatAPreviousOwnerHasNotRecorded() throws Exception {
        Piece[] cut = ScriptedClaude.bytes(start(1));
        run(ScriptedClaude.answering(cut)
                .thenAnswering(cut)
                .thenAnswering(cut)
                .thenAnswering(ScriptedClaude.bytes(start(4), text("Good day"), END)));
        assertThat(shown().at("/content/0/text").stringValue("")).isEqualTo("Good day");
        GenerationLog log = Generations.log(deltas, Instant.now());

        FinishedTurn finished =
                runner(ScriptedClaude.neverAnswering()).turnFromLog(REQUEST.requested(), log, deltas::add);
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
        assertThat(finished.gzippedFrames()).isEmpty();
    }

    @Test
    void continuesTheAnswerOfAPreviousOwner() throws Exception {
        GenerationLog log = Generations.log(frames(1, 0, start(1) + text("Good ")));
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(2), text("day"), END));
        FinishedTurn finished = runner(claude).resume(REQUEST.requested(), log, 2, deltas::add, new Cancellation());
        assertThat(deltas).extracting(Delta::attempt).containsOnly(2);
        assertThat(deltas.getFirst().sequence()).isEqualTo(1);
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.message().at("/content/0/text").stringValue("")).isEqualTo("Good day");
            assertThat(turn.facts().attempts())
                    .extracting(Attempt::outcome)
                    .containsExactly("interrupted", "completed");
            assertThat(turn.facts().usage().inputTokens()).isEqualTo(200);
        });
        assertThat(finished.gzippedFrames()).isNotEmpty();
    }

    /** As one call does: an answer ends at its first break with either. */
    @Test
    void beginsARequestWithoutARecordIfNoCallMayBreakOff() throws Exception {
        GenerationSettings once =
                Generations.settings(Duration.ofMillis(5), Duration.ofMillis(50), Generations.retries(0, 0, Map.of()));
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(2), text("Good day"), END));
        FinishedTurn finished = Generations.runner(claude, once, Clock.systemUTC())
                .resume(REQUEST.requested(), Generations.log(), 2, deltas::add, new Cancellation());
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
    }

    /** They are no failures of Claude. {@code GenerationExecutor} bounds them. */
    @Test
    void continuesTheAnswerOfManyPreviousOwners() throws Exception {
        GenerationLog log = Generations.log(frames(1, 0, start(1) + text("Good ")));
        for (int attempt = 2; attempt <= 5; attempt++) {
            log.add(frames(attempt, 0, text("very ")), Instant.now());
        }
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(6), text("day"), END));
        FinishedTurn finished = runner(claude).resume(REQUEST.requested(), log, 6, deltas::add, new Cancellation());
        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatCompleted.class,
                        turn -> assertThat(turn.message().at("/content/0/text").stringValue(""))
                                .isEqualTo("Good very very very very day"));
    }

    /** Else they would be held twice until the answer ends. */
    @Test
    void holdsTheEventsOfAPreviousOwnerOnce() throws Exception {
        GenerationLog log = Generations.log(frames(1, 0, start(1) + text("Good ")));
        List<Integer> held = new ArrayList<>();
        runner(ScriptedClaude.answering(ScriptedClaude.bytes(start(2), text("day"), END)))
                .resume(REQUEST.requested(), log, 2, _ -> held.add(log.frames().size()), new Cancellation());
        assertThat(held).isNotEmpty().containsOnly(0);
    }

    @Test
    void countsTheCallsOfAnOwnerThatDiedInItsSecondCall() throws Exception {
        run(ScriptedClaude.answering(ScriptedClaude.bytes(start(1), text("Good ")))
                .thenAnswering(ScriptedClaude.bytes(start(2), text("day"), END)));
        GenerationLog log =
                Generations.log(deltas.stream().filter(delta -> !delta.last()).toList(), Instant.now());
        deltas.clear();

        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(3), text(" to you"), END));
        FinishedTurn finished = runner(claude).resume(REQUEST.requested(), log, 3, deltas::add, new Cancellation());
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.message().at("/content/0/text").stringValue("")).isEqualTo("Good day to you");
            assertThat(turn.facts().attempts())
                    .extracting(
                            Attempt::number,
                            Attempt::outcome,
                            attempt -> attempt.usage().inputTokens())
                    .containsExactly(
                            tuple(1, "broken", 100L), tuple(2, "interrupted", 100L), tuple(3, "completed", 100L));
            assertThat(turn.facts().usage().inputTokens()).isEqualTo(300);
        });
    }

    @Test
    void knowsAfterATakeOverWhichCallHadNoResponse() throws Exception {
        run(ScriptedClaude.refusing(refusal(529))
                .thenNotAnswering()
                .thenAnswering(ScriptedClaude.bytes(start(3), text("Good "), END)));
        GenerationLog log =
                Generations.log(deltas.stream().filter(delta -> !delta.last()).toList(), Instant.now());

        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(4), text("day"), END));
        FinishedTurn finished = runner(claude).resume(REQUEST.requested(), log, 4, deltas::add, new Cancellation());
        assertThat(finished.turn().facts().attempts().subList(0, 2))
                .extracting(Attempt::outcome, Attempt::costUsd)
                .containsExactly(tuple("refused", Optional.of(BigDecimal.ZERO)), tuple("refused", Optional.empty()));
    }

    @Test
    void countsTheUsageOfAnOwnerThatDiedAfterItsSecondCall() throws Exception {
        FinishedTurn unrecorded = run(ScriptedClaude.answering(ScriptedClaude.bytes(start(1), text("Good ")))
                .thenAnswering(ScriptedClaude.bytes(start(2), text("day"), END)));
        GenerationLog log = Generations.log();
        Instant began = REQUEST.decidedAt();
        for (int i = 0; i < deltas.size(); i++) {
            log.add(deltas.get(i), began.plusSeconds(i + 1));
        }
        FinishedTurn finished =
                runner(ScriptedClaude.neverAnswering()).turnFromLog(REQUEST.requested(), log, deltas::add);
        assertThat(finished.turn().facts().usage())
                .isEqualTo(unrecorded.turn().facts().usage());
        assertThat(finished.turn().facts().attempts())
                .extracting(Attempt::outcome)
                .containsExactly("broken", "completed");
        assertThat(finished.turn().facts().timings().claudeFirstTokenMs())
                .as("the text is in the second record")
                .hasValue(2_000);
    }

    /** A token for four of its 40 bytes, which the log does not have, and of the three of its text, which it has. */
    @Test
    void countsTheThinkingThatIsNotShownOfAnOwnerThatDied() throws Exception {
        run(thinkingAgain());
        GenerationLog log =
                Generations.log(deltas.stream().filter(delta -> !delta.last()).toList(), Instant.now());
        assertThat(resumed(log).attempts())
                .extracting(Attempt::outcome, attempt -> attempt.usage().outputTokens())
                .containsExactly(tuple("broken", 4L), tuple("interrupted", 11L), tuple("completed", 20L));
    }

    @Test
    void countsWithheldThinkingOnceHoweverManyOwnersDie() throws Exception {
        run(thinkingAgain());
        List<Delta> ofTheFirst = deltas.stream().filter(delta -> !delta.last()).toList();
        deltas.clear();
        resumed(Generations.log(ofTheFirst, Instant.now()));
        List<Delta> ofBoth = new ArrayList<>(ofTheFirst);
        deltas.stream().filter(delta -> !delta.last()).forEach(ofBoth::add);
        deltas.clear();
        assertThat(resumed(Generations.log(ofBoth, Instant.now())).attempts())
                .filteredOn(attempt -> attempt.number() == 2)
                .extracting(attempt -> attempt.usage().outputTokens())
                .containsExactly(11L);
    }

    @Test
    void countsUnfinishedThinkingThatIsNotShown() throws Exception {
        run(ScriptedClaude.answering(ScriptedClaude.bytes(thinking(1), secondText("Good ")))
                .thenAnswering(
                        ScriptedClaude.piece(AnswerEvents.messageStart("msg_2", 100)),
                        ScriptedClaude.piece(UNFINISHED),
                        ScriptedClaude.pause())
                .thenAnswering(ScriptedClaude.bytes(
                        AnswerEvents.messageStart("msg_3", 100), secondText("day"), second(AnswerEvents.end(5)))));
        assertThat(resumedAfterTheSecondCall().attempts())
                .filteredOn(attempt -> attempt.number() == 2)
                .extracting(attempt -> attempt.usage().outputTokens())
                .containsExactly(10L);
    }

    /** The log has neither the start of the thinking nor, once that has ended, its signature. */
    @Test
    void countsHiddenThinkingThatIsNotShownOfAnOwnerThatDied() throws Exception {
        assertThat(secondCallOfAnOwnerThatDied(""))
                .extracting(Attempt::costUsd)
                .as("unknown within the thinking")
                .isEqualTo(Optional.empty());
        assertThat(secondCallOfAnOwnerThatDied(AnswerEvents.thinkingEnd("A".repeat(1600))))
                .satisfies(call -> assertThat(call.usage().outputTokens()).isEqualTo(300));
    }

    private Attempt secondCallOfAnOwnerThatDied(String endOfThinking) throws InterruptedException {
        deltas.clear();
        run(ScriptedClaude.answering(ScriptedClaude.bytes(thinking(1), secondText("Good ")))
                .thenAnswering(
                        ScriptedClaude.piece(AnswerEvents.messageStart("msg_2", 100)),
                        ScriptedClaude.piece(AnswerEvents.HIDDEN_THINKING_START + endOfThinking))
                .thenAnswering(ScriptedClaude.bytes(
                        AnswerEvents.messageStart("msg_3", 100), secondText("day"), second(AnswerEvents.end(5)))));
        return resumedAfterTheSecondCall().attempts().stream()
                .filter(attempt -> attempt.number() == 2)
                .findFirst()
                .orElseThrow();
    }

    private static final String UNFINISHED = """
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"%s"}}

            """.formatted("x".repeat(40));

    /** Two calls, the second of which thinks for 40 bytes and ends with five tokens. */
    private static ScriptedClaude thinkingAgain() {
        return ScriptedClaude.answering(ScriptedClaude.bytes(thinking(1), secondText("Good ")))
                .thenAnswering(ScriptedClaude.bytes(
                        AnswerEvents.messageStart("msg_2", 100),
                        AnswerEvents.thinking("x".repeat(40), "sig_2"),
                        secondText("day"),
                        second(AnswerEvents.end(5))));
    }

    @Test
    void prefersTheTokensThatClaudeReportsToItsThinking() throws Exception {
        TurnFacts unrecorded = run(thinkingAgain()).turn().facts();
        TurnFacts recorded = runner(ScriptedClaude.neverAnswering())
                .turnFromLog(REQUEST.requested(), Generations.log(deltas, Instant.now()), deltas::add)
                .turn()
                .facts();
        assertThat(recorded.attempts())
                .extracting(Attempt::usage)
                .containsExactlyElementsOf(
                        unrecorded.attempts().stream().map(Attempt::usage).toList());
        assertThat(recorded.usage().outputTokens()).isEqualTo(4 + 5);
    }

    /** Claude reports the uses of its tools, and what it has read for them, at the end. */
    @Test
    void countsTheServerToolsOfAnOwnerThatDiedAfterItsSecondCall() throws Exception {
        String searching = """
                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: content_block_start
                data: {"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":1}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":9000,"output_tokens":20,"server_tool_use":{"web_search_requests":1}}}

                event: message_stop
                data: {"type":"message_stop"}

                """;
        TurnFacts unrecorded = run(ScriptedClaude.answering(ScriptedClaude.bytes(start(1)))
                        .thenAnswering(ScriptedClaude.bytes(start(2), text("Good day"), searching)))
                .turn()
                .facts();
        assertThat(unrecorded.usage()).isEqualTo(new Usage(9100, 21, 0, 0, 0, 1, 0));
        GenerationLog log = Generations.log(deltas, Instant.now());

        TurnFacts recorded = runner(ScriptedClaude.neverAnswering())
                .turnFromLog(REQUEST.requested(), log, deltas::add)
                .turn()
                .facts();

        assertThat(recorded.usage()).isEqualTo(unrecorded.usage());
        assertThat(recorded.attempts())
                .extracting(Attempt::usage)
                .containsExactlyElementsOf(
                        unrecorded.attempts().stream().map(Attempt::usage).toList());
    }

    /** Claude has billed none of it. */
    @Test
    void countsNoCopiedTextForAnOwnerThatDied() throws Exception {
        Attempt begun = new Attempt(
                2,
                "claude-x",
                Instant.EPOCH,
                0,
                AttemptRecord.INTERRUPTED,
                200,
                "req_2",
                new Usage(100, 0, 0, 0),
                Optional.of(BigDecimal.ZERO));
        GenerationLog log = Generations.log(
                new Delta.Followed(REQUEST.requested().generation(), 1, 0),
                frames(1, 1, CacheVerdict.SHARED, start(1) + text("Good ".repeat(200))),
                heartbeat(0),
                heartbeat(1, begun),
                frames(2, 2, CacheVerdict.SHARED, text("day")));

        assertThat(resumed(log).attempts())
                .extracting(
                        Attempt::number,
                        Attempt::outcome,
                        attempt -> attempt.usage().outputTokens())
                .containsExactly(tuple(2, "interrupted", 1L), tuple(3, "completed", 20L));
    }

    @Test
    void countsTheFirstCallOfAnOwnerThatDiedAfterItCouldNotCopy() throws Exception {
        GenerationLog log = Generations.log(
                new Delta.Followed(REQUEST.requested().generation(), 1, 0),
                heartbeat(0),
                frames(2, 1, CacheVerdict.SHARED, start(2) + text("Good day")));

        assertThat(resumed(log).attempts())
                .extracting(Attempt::number, Attempt::usage)
                .startsWith(tuple(2, new Usage(100, 2, 0, 0)));
    }

    /** As by another owner, if this one had died within its second call. */
    private TurnFacts resumedAfterTheSecondCall() throws InterruptedException {
        return resumed(Generations.log(
                deltas.stream()
                        .filter(delta -> !delta.last() && delta.attempt() <= 2)
                        .toList(),
                Instant.now()));
    }

    private TurnFacts resumed(GenerationLog log) throws InterruptedException {
        return runner(ScriptedClaude.answering(ScriptedClaude.bytes(start(3), text(" to you"), END)))
                .resume(REQUEST.requested(), log, 3, deltas::add, new Cancellation())
                .turn()
                .facts();
    }

    private static Delta heartbeat(int sequence, Attempt... calls) {
        byte[] list = calls.length == 0 ? new byte[0] : AttemptList.encode(List.of(calls));
        return new Delta.Heartbeat(REQUEST.requested().generation(), 2, sequence, list);
    }

    @Test
    void makesNoCallAfterLosingTheGeneration() {
        RecordingSink losing = new RecordingSink();
        losing.lost = true;
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(start(1), text("Good ")))
                .thenAnswering(ScriptedClaude.bytes(start(2), text("day"), END));
        assertThatExceptionOfType(DeltaSink.NotOwnerException.class)
                .isThrownBy(() -> runner(claude).run(REQUEST, losing, new Cancellation()));
        assertThat(claude.calls()).hasSize(1);
        assertThat(losing.deltas).extracting(Delta::attempt).containsOnly(1);
        assertThat(losing.deltas).noneMatch(Delta::last);
        assertThat(losing.deltas.getLast())
                .as("the next owner need not wait for the silence limit")
                .isInstanceOf(Released.class);
    }

    @Test
    void releasesTheGenerationThatFollowedAnotherWhenItIsLost() {
        SharedStream leader = new SharedStream("key");
        leader.join();
        leader.close();
        RecordingSink losing = new RecordingSink();
        losing.lost = true;
        assertThatExceptionOfType(DeltaSink.NotOwnerException.class)
                .isThrownBy(() ->
                        runner(ScriptedClaude.neverAnswering()).follow(REQUEST, leader, losing, new Cancellation()));
        assertThat(losing.deltas).extracting(Delta::attempt).containsOnly(1);
        assertThat(losing.deltas.getLast()).isInstanceOf(Released.class);
    }

    @Test
    void recordsTheTextBeforeACancellation() throws Exception {
        Cancellation cancellation = new Cancellation();
        ScriptedClaude claude =
                ScriptedClaude.answering(ScriptedClaude.bytes(start(1), text("Good "), text("day"), END));
        FinishedTurn finished = runner(claude)
                .run(
                        REQUEST,
                        delta -> {
                            deltas.add(delta);
                            if (delta instanceof Frames frames
                                    && new String(frames.frames(), UTF_8).contains("Good ")) {
                                cancellation.request();
                            }
                        },
                        cancellation);
        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatCancelled.class,
                        turn -> assertThat(turn.message().at("/content/0/text").stringValue(""))
                                .isEqualTo("Good "));
        assertThat(deltas.getLast())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.status()).isEqualTo(499));
        assertThat(claude.closed()).isTrue();
    }

    @Test
    void makesNoCallForACancelledRequest() throws Exception {
        Cancellation cancellation = new Cancellation();
        cancellation.request();
        ScriptedClaude claude = ScriptedClaude.neverAnswering();
        FinishedTurn finished = runner(claude).run(REQUEST, deltas::add, cancellation);
        assertThat(claude.calls()).isEmpty();
        assertThat(finished.turn()).isInstanceOf(ChatCancelled.class);
        assertThat(finished.turn().facts().attempts()).isEmpty();
    }

    private static Refused refusal(int status) {
        return new Refused(status, "", "", ApiError.of(status == 0 ? 503 : status, "no"), false);
    }

    private static final RoutedRequest REQUEST = Requests.toClaude("""
                    {"model":"claude-x","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""");

    private FinishedTurn run(Claude claude) throws InterruptedException {
        return runner(claude).run(REQUEST, deltas::add, new Cancellation());
    }

    private static GenerationRunner runner(Claude claude) {
        return Generations.runner(claude, SETTINGS, Clock.systemUTC());
    }

    /** The message assembled from the frames; checks their order. */
    private JsonNode shown() {
        MessageAssembler assembler = new MessageAssembler();
        SseFramer framer = new SseFramer(100_000);
        List<String> types = new ArrayList<>();
        for (Delta delta : deltas) {
            if (delta instanceof Frames frames) {
                for (SseFrame frame : framer.push(ByteBuffer.wrap(frames.frames()))) {
                    JsonNode event = frame.json();
                    types.add(event.path("type").stringValue(""));
                    assembler.accept(event);
                }
            }
        }
        assertThat(types).startsWith("message_start", "content_block_start").endsWith("message_stop");
        assertThat(types).filteredOn("message_start"::equals).hasSize(1);
        assertThat(types.stream().filter("content_block_start"::equals).count())
                .isEqualTo(types.stream().filter("content_block_stop"::equals).count());
        return assembler.message();
    }

    private static String prefilled(Claude.Call call) {
        JsonNode messages = MAPPER.readTree(call.request()).path("messages");
        JsonNode last = messages.get(messages.size() - 1);
        assertThat(last.path("role").stringValue("")).isEqualTo("assistant");
        return last.path("content").stringValue("");
    }

    /** The start of an answer, and thinking. */
    private static String thinking(int call) {
        return AnswerEvents.messageStart("msg_" + call, 100)
                + AnswerEvents.thinking(call == 1 ? "A greeting." : "It was cut off.", "sig_" + call);
    }

    /** The start of a text in the second block. */
    private static String secondText(String text) {
        return second(AnswerEvents.TEXT_START + text(text));
    }

    private static String start(int call) {
        return AnswerEvents.start("msg_" + call, 100);
    }

    /** Every character as a chunk of its own. */
    private static Piece[] pieces(String start, String text, String end) {
        List<String> pieces = new ArrayList<>(List.of(start));
        text.chars().forEach(c -> pieces.add(text(Character.toString(c))));
        pieces.add(end);
        return ScriptedClaude.bytes(pieces.toArray(String[]::new));
    }

    private static Delta frames(int attempt, int sequence, String text) {
        return frames(attempt, sequence, CacheVerdict.MISS, text);
    }

    private static Delta frames(int attempt, int sequence, CacheVerdict verdict, String text) {
        return new Frames(REQUEST.requested().generation(), attempt, sequence, verdict, text.getBytes(UTF_8), false);
    }
}
