package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.contracts.delta.AttemptList;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.inference.generation.ScriptedClaude.Piece;
import dev.parley.inference.generation.calls.AttemptRecord;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.messages.ApiError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationRunnerTest {
    private static final String START = AnswerEvents.start("msg_1", 1000);
    private static final String TEXT = AnswerEvents.text("Good day");
    private static final String PING = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

    private static final String STOP = AnswerEvents.end(200);
    /** An answer for which an advisor was asked. */
    private static final String ADVISED = START.replace(
            "{\"type\":\"text\",\"text\":\"\"}",
            "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"advisor\",\"input\":{}}");

    private static final String FALLBACK = """
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"fallback","from":{"model":"claude-x"},"to":{"model":"claude-y"}}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            """;

    private static final RetrySettings NO_RETRIES = Generations.retries(1, 0, Map.of());
    private static final RetrySettings RETRIES = Generations.retries(3, 0, Map.of("claude-x", List.of("claude-y")));
    private static final GenerationSettings SETTINGS = settings(Duration.ofMillis(5));

    private final List<Delta> deltas = new ArrayList<>();

    @Test
    void streamsAndRecordsAnAnswer() throws Exception {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT, STOP));
        FinishedTurn finished = runner(claude, Clock.systemUTC(), settings(Duration.ofMinutes(1)))
                .run(REQUEST, deltas::add, new Cancellation());

        assertThat(deltas).hasOnlyElementsOfType(Frames.class);
        assertThat(text()).isEqualTo(START + TEXT + STOP);
        assertThat(deltas.getLast())
                .isInstanceOfSatisfying(
                        Frames.class, last -> assertThat(last.last()).isTrue());
        assertThat(deltas).extracting(Delta::sequence).containsExactly(0, 1, 2);
        assertThat(finished.marker().sequence()).isEqualTo(3);
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.message().at("/content/0/text").stringValue("")).isEqualTo("Good day");
            assertThat(turn.facts().usage()).isEqualTo(new Usage(1000, 200, 0, 0));
            assertThat(turn.facts().costUsd().orElseThrow()).isEqualByComparingTo("0.006");
            assertThat(turn.facts().attempts()).hasSize(1);
            assertThat(turn.facts().attempts().getFirst().outcome()).isEqualTo("completed");
            assertThat(turn.facts().attempts().getFirst().requestId()).isEqualTo("req_1");
        });
        assertThat(unzipped(finished.gzippedFrames())).isEqualTo(START + TEXT + STOP);
        assertThat(claude.closed()).isTrue();
    }

    /** Two clients would continue in one sandbox. */
    @Test
    void cachesNoAnswerThatHasAContainerAtClaude() throws Exception {
        String end = STOP.replace(
                "{\"stop_reason\":\"end_turn\"}",
                "{\"stop_reason\":\"end_turn\",\"container\":{\"id\":\"container_1\"}}");
        FinishedTurn finished = run(ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT, end)));
        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatCompleted.class,
                        turn -> assertThat(turn.message().at("/container/id").stringValue(""))
                                .isEqualTo("container_1"));
        assertThat(finished.gzippedFrames()).isEmpty();
    }

    /** A credit expires after five minutes; a fallback of Claude's that could not be asked may be asked again. */
    @ParameterizedTest
    @CsvSource({"category, true", "fallback_credit_token, false", "recommended_model, false"})
    void cachesNoRefusalThatIsOfUseForAShortTimeOnly(String detail, boolean isCached) throws Exception {
        String end = STOP.replace(
                "{\"stop_reason\":\"end_turn\"}",
                "{\"stop_reason\":\"refusal\",\"stop_details\":{\"type\":\"refusal\",\"" + detail + "\":\"bio\"}}");
        FinishedTurn finished = run(ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT, end)));
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
        assertThat(finished.gzippedFrames().length > 0).isEqualTo(isCached);
    }

    @Test
    void waitsAsLongAsItsSinkForWhatFollows() throws Exception {
        RecordingSink merging = new RecordingSink();
        merging.mergeDelay = Duration.ofMillis(40);
        List<Duration> delays = new ArrayList<>();
        ScriptedClaude claude = ScriptedClaude.answering(
                ScriptedClaude.piece(START),
                reader -> delays.add(reader.batchDelay()),
                ScriptedClaude.piece(TEXT + STOP));
        runner(claude, Clock.systemUTC(), SETTINGS).run(REQUEST, merging, new Cancellation());
        assertThat(delays).containsExactly(merging.mergeDelay);
    }

    /** Its last events wait to be published together with those of others. */
    @Test
    void aWholeAnswerIsCompleteHoweverItsCallEnds() throws Exception {
        Cancellation cancellation = new Cancellation();
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.piece(START), reader -> {
            ScriptedClaude.piece(TEXT + STOP).passTo(reader);
            ScriptedClaude.piece(TEXT).passTo(reader);
            cancellation.request();
            reader.broken("abandoned");
        });
        FinishedTurn finished = runner(claude, Clock.systemUTC(), SETTINGS).run(REQUEST, deltas::add, cancellation);
        assertThat(text()).isEqualTo(START + TEXT + STOP);
        assertThat(deltas.getLast())
                .isInstanceOfSatisfying(
                        Frames.class, last -> assertThat(last.last()).isTrue());
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
    }

    @Test
    void showsItsOwnerIfClaudeDoesNotAnswerAtOnce() throws Exception {
        Cancellation cancellation = new Cancellation();
        runner(ScriptedClaude.neverAnswering(), Clock.systemUTC(), settings(Duration.ofMinutes(1)))
                .run(
                        REQUEST,
                        delta -> {
                            deltas.add(delta);
                            cancellation.request();
                        },
                        cancellation);
        assertThat(deltas.getFirst()).isInstanceOf(Heartbeat.class);
    }

    /** Claude may bill it, as it has received the request. */
    @Test
    void theCostOfACallThatIsClosedBeforeItsResponseIsUnknown() throws Exception {
        Cancellation cancellation = new Cancellation();
        Claude claude = call -> {
            cancellation.request();
            return new CompletableFuture<>();
        };
        TurnFacts facts = runner(claude, Clock.systemUTC(), SETTINGS)
                .run(REQUEST, deltas::add, cancellation)
                .turn()
                .facts();
        assertThat(facts.attempts()).singleElement().satisfies(call -> {
            assertThat(call.outcome()).isEqualTo("cancelled");
            assertThat(call.costUsd()).isEmpty();
        });
        assertThat(facts.costUsd()).isEmpty();
    }

    /** Else a budget is circumvented by cancelling each answer shortly before its end. */
    @Test
    void estimatesTheOutputOfAnAnswerThatIsCancelledBeforeClaudeReportsIt() throws Exception {
        Cancellation cancellation = new Cancellation();
        Piece cancel = _ -> cancellation.request();
        TurnFacts facts = runner(ScriptedClaude.answering(
                        ScriptedClaude.piece(START),
                        ScriptedClaude.piece(
                                TEXT.replaceFirst("\"text\":\"[^\"]*\"", "\"text\":\"" + "word ".repeat(80) + "\"")),
                        cancel))
                .run(REQUEST, deltas::add, cancellation)
                .turn()
                .facts();
        assertThat(facts.attempts()).singleElement().satisfies(call -> {
            assertThat(call.outcome()).isEqualTo("cancelled");
            assertThat(call.usage().outputTokens()).isEqualTo(100);
        });
        assertThat(facts.usage().outputTokens()).isEqualTo(100);
    }

    /** Of thinking that has not ended, Claude tells nothing, or a summary: the reader may have cancelled any amount of it. */
    @ParameterizedTest
    @MethodSource
    void theCostOfAnAnswerThatIsCancelledWithinItsThinkingIsUnknown(String begun) throws Exception {
        TurnFacts facts = cancelledAfter(AnswerEvents.messageStart("msg_1", 1000) + begun);
        assertThat(facts.attempts()).singleElement().satisfies(call -> {
            assertThat(call.outcome()).isEqualTo("cancelled");
            assertThat(call.usage().inputTokens()).isEqualTo(1000);
            assertThat(call.costUsd()).isEmpty();
        });
        assertThat(facts.costUsd()).isEmpty();
    }

    static Stream<String> theCostOfAnAnswerThatIsCancelledWithinItsThinkingIsUnknown() {
        String hidden = AnswerEvents.HIDDEN_THINKING_START;
        return Stream.of(
                hidden,
                AnswerEvents.thinkingStart("A summary"),
                hidden + AnswerEvents.second(AnswerEvents.TEXT_START + AnswerEvents.BLOCK_STOP),
                hidden + AnswerEvents.second(AnswerEvents.thinking("", "sig_1")));
    }

    /** A block that a later call did not fill: Claude accepts it from no client. */
    @ParameterizedTest
    @CsvSource({"'', true", "sig_1, false"})
    void thinkingWithoutASignatureIsNotGivenToOtherRequests(String signature, boolean isKeptOut) throws Exception {
        String answer = AnswerEvents.messageStart("msg_1", 100)
                + AnswerEvents.HIDDEN_THINKING_START
                + AnswerEvents.thinkingEnd(signature)
                + AnswerEvents.second(AnswerEvents.TEXT_START + AnswerEvents.text("Good day") + AnswerEvents.end(7));
        FinishedTurn finished = runner(ScriptedClaude.answering(ScriptedClaude.bytes(answer)))
                .run(REQUEST, deltas::add, new Cancellation());
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
        assertThat(finished.gzippedFrames().length == 0).isEqualTo(isKeptOut);
    }

    /** It is an encrypted copy of the whole thinking, in Base64. */
    @ParameterizedTest
    @CsvSource({"0, 1600, 300", "400, 1600, 300", "4000, 1600, 1000"})
    void estimatesThinkingByItsSignature(int shown, int signature, long tokens) throws Exception {
        TurnFacts facts = cancelledAfter(AnswerEvents.messageStart("msg_1", 1000)
                + AnswerEvents.thinking("x".repeat(shown), "A".repeat(signature)));
        assertThat(facts.usage()).isEqualTo(new Usage(1000, tokens, 0, 0));
        assertThat(facts.costUsd().orElseThrow()).isEqualByComparingTo(BigDecimal.valueOf(2 * 1000 + 20 * tokens, 6));
    }

    /** Each by its own: blocks may be open at the same time. */
    @Test
    void estimatesThinkingByTheSignatureOfItsBlock() throws Exception {
        TurnFacts facts = cancelledAfter(AnswerEvents.messageStart("msg_1", 1000)
                + AnswerEvents.thinkingStart("x".repeat(400))
                + AnswerEvents.second(AnswerEvents.thinkingStart("x".repeat(800)))
                + AnswerEvents.thinkingEnd("A".repeat(1600))
                + AnswerEvents.second(AnswerEvents.thinkingEnd("A".repeat(1600))));
        assertThat(facts.usage()).isEqualTo(new Usage(1000, 600, 0, 0));
    }

    @Test
    void estimatesRedactedThinkingByItsData() throws Exception {
        TurnFacts facts = cancelledAfter(START.replace(
                "{\"type\":\"text\",\"text\":\"\"}",
                "{\"type\":\"redacted_thinking\",\"data\":\"" + "A".repeat(1600) + "\"}"));
        assertThat(facts.usage()).isEqualTo(new Usage(1000, 300, 0, 0));
        assertThat(facts.costUsd()).isPresent();
    }

    private TurnFacts cancelledAfter(String events) throws InterruptedException {
        Cancellation cancellation = new Cancellation();
        return runner(ScriptedClaude.answering(ScriptedClaude.piece(events), _ -> cancellation.request()))
                .run(REQUEST, deltas::add, cancellation)
                .turn()
                .facts();
    }

    @Test
    void billsWritesToTheOneHourCacheAtTheirPrice() throws Exception {
        String written = START.replace(
                "\"input_tokens\":1000,",
                "\"input_tokens\":1000,\"cache_creation_input_tokens\":3000,"
                        + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":1000,\"ephemeral_1h_input_tokens\":2000},");
        TurnFacts facts = run(ScriptedClaude.answering(ScriptedClaude.bytes(written, TEXT, STOP)))
                .turn()
                .facts();
        assertThat(facts.usage()).isEqualTo(new Usage(1000, 200, 3000, 0, 2000, 0, 0));
        assertThat(facts.costUsd().orElseThrow())
                .as("input 0.002, output 0.004, 5 minutes 0.001, an hour 0.008")
                .isEqualByComparingTo("0.015");
    }

    @ParameterizedTest
    @CsvSource({
        "web_search, 1, false",
        "code_execution, 1, false",
        "web_fetch, 0, true",
        "tool_search_tool_regex, 0, true",
    })
    void theCostOfAnAnswerWithABilledServerToolIsUnknown(String tool, long billed, boolean known) throws Exception {
        String used = START.replace(
                "{\"type\":\"text\",\"text\":\"\"}",
                "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"" + tool + "\",\"input\":{}}");
        // It breaks off before Claude reports the uses.
        TurnFacts facts =
                run(ScriptedClaude.answering(ScriptedClaude.bytes(used))).turn().facts();
        assertThat(facts.usage().serverToolRequests()).isEqualTo(billed);
        assertThat(facts.costUsd().isPresent()).isEqualTo(known);
    }

    @Test
    void billsTheCompactionOfAConversation() throws Exception {
        String end = STOP.replace(
                "{\"output_tokens\":200}",
                "{\"output_tokens\":200,\"iterations\":["
                        + "{\"type\":\"compaction\",\"input_tokens\":180000,\"output_tokens\":3500},"
                        + "{\"type\":\"message\",\"input_tokens\":1000,\"output_tokens\":200}]}");
        TurnFacts facts = run(ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT, end)))
                .turn()
                .facts();
        assertThat(facts.usage()).isEqualTo(new Usage(181_000, 3_700, 0, 0));
        assertThat(facts.costUsd().orElseThrow())
                .as("input 0.362, output 0.074: neither prompt is a long one, as both together would be")
                .isEqualByComparingTo("0.436");
    }

    /** Claude's own sums leave it out. */
    @ParameterizedTest
    @CsvSource({"claude-y, 0.2101", "unheard-of,"})
    void billsAnAdvisorAtThePriceOfItsModel(String advisor, @Nullable BigDecimal costUsd) throws Exception {
        String end = STOP.replace(
                "{\"output_tokens\":200}",
                "{\"input_tokens\":2300,\"output_tokens\":200,\"iterations\":["
                        + "{\"type\":\"message\",\"input_tokens\":1000,\"output_tokens\":50},"
                        + "{\"type\":\"advisor_message\",\"model\":\"" + advisor
                        + "\",\"input_tokens\":200000,\"output_tokens\":1500},"
                        + "{\"type\":\"message\",\"model\":null,\"input_tokens\":1300,\"output_tokens\":150}]}");
        TurnFacts facts = run(ScriptedClaude.answering(ScriptedClaude.bytes(ADVISED, end)))
                .turn()
                .facts();
        assertThat(facts.usage()).isEqualTo(new Usage(202_300, 1_700, 0, 0));
        assertThat(facts.costUsd().map(BigDecimal::stripTrailingZeros)).isEqualTo(Optional.ofNullable(costUsd));
        isRecoveredWithItsCost(facts);
    }

    @Test
    void theCostOfAnAnswerThatBreaksAfterAnAdviceIsUnknown() throws Exception {
        TurnFacts facts = run(ScriptedClaude.answering(ScriptedClaude.bytes(ADVISED)))
                .turn()
                .facts();
        assertThat(facts.usage()).isEqualTo(new Usage(1000, 1, 0, 0));
        assertThat(facts.costUsd()).isEmpty();
    }

    @Test
    void theRoundsOfAServerToolAreAPromptEach() throws Exception {
        String end = STOP.replace(
                "{\"output_tokens\":200}",
                "{\"input_tokens\":200000,\"output_tokens\":200,\"iterations\":["
                        + "{\"type\":\"message\",\"input_tokens\":100000,\"output_tokens\":50},"
                        + "{\"type\":\"message\",\"input_tokens\":100000,\"output_tokens\":150}]}");
        TurnFacts facts = run(ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT, end)))
                .turn()
                .facts();
        assertThat(facts.usage()).isEqualTo(new Usage(200_000, 200, 0, 0));
        assertThat(facts.costUsd().orElseThrow())
                .as("no prompt is longer than 180,000 tokens")
                .isEqualByComparingTo("0.404");
    }

    /** Claude reports what it has read for the summary at the end only. */
    @Test
    void theCostOfAnAnswerThatBreaksAfterACompactionIsUnknown() throws Exception {
        String compacted =
                START.replace("{\"type\":\"text\",\"text\":\"\"}", "{\"type\":\"compaction\",\"content\":null}") + """
                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"compaction_delta","content":"12345678"}}

                """;
        TurnFacts facts = run(ScriptedClaude.answering(ScriptedClaude.bytes(compacted)))
                .turn()
                .facts();
        assertThat(facts.usage()).isEqualTo(new Usage(1000, 2, 0, 0));
        assertThat(facts.costUsd()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{}                        | -        | true",
                "{}                        | standard | true",
                "{}                        | fast     | false",
                "{'speed':'fast'}          | -        | false",
                "{'speed':'fast'}          | fast     | false",
                "{'speed':'standard'}      | standard | true",
                "{'inference_geo':'us'}    | standard | false",
                "{'inference_geo':'global'}| standard | true",
            })
    void theCostAtPremiumRatesIsUnknown(String asked, @Nullable String reported, boolean known) throws Exception {
        String start = reported == null
                ? START
                : START.replace("\"input_tokens\":1000,", "\"input_tokens\":1000,\"speed\":\"" + reported + "\",");
        RoutedRequest request = Requests.toClaude(asked.replace('\'', '"'));
        TurnFacts facts = runner(ScriptedClaude.answering(ScriptedClaude.bytes(start, TEXT, STOP)))
                .run(request, deltas::add, new Cancellation())
                .turn()
                .facts();
        assertThat(facts.costUsd().isPresent()).isEqualTo(known);
    }

    /** Claude bills it in some categories only. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "unknown",
            value = {
                "null, 0",
                "'\"cyber\"', 0",
                "'\"general_harms\"', 0",
                "'\"bio\"', 0.002",
                "'\"frontier_llm\"', 0.002",
                "'\"reasoning_extraction\"', 0.002",
                "'\"a later one\"', unknown",
            })
    void aRefusalWithoutOutputCostsWhatItsCategoryDoes(String category, @Nullable BigDecimal costUsd) throws Exception {
        TurnFacts facts = run(ScriptedClaude.answering(
                        ScriptedClaude.bytes(AnswerEvents.messageStart("msg_1", 1000), refusal(category))))
                .turn()
                .facts();
        assertThat(facts.usage()).isEqualTo(new Usage(1000, 0, 0, 0));
        assertThat(facts.costUsd().map(BigDecimal::stripTrailingZeros))
                .isEqualTo(Optional.ofNullable(costUsd).map(BigDecimal::stripTrailingZeros));
    }

    @Test
    void aRefusalAfterOutputCostsItsTokens() throws Exception {
        TurnFacts facts = run(ScriptedClaude.answering(ScriptedClaude.bytes(START, refusal("\"cyber\""))))
                .turn()
                .facts();
        assertThat(facts.costUsd().orElseThrow()).isEqualByComparingTo("0.002");
    }

    private static String refusal(String category) {
        return """
                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"type":"refusal","category":%s}},"usage":{"output_tokens":0}}

                """.formatted(category) + AnswerEvents.MESSAGE_STOP;
    }

    /** The tokens of both models are billed, each at its price. */
    @Test
    void namesTheModelToWhichClaudeFellBack() throws Exception {
        FinishedTurn finished =
                run(ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT, AnswerEvents.second(FALLBACK), STOP)));
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatCompleted.class, turn -> {
            assertThat(turn.message().path("model").stringValue("")).isEqualTo("claude-y");
            assertThat(turn.facts().usage()).isEqualTo(new Usage(1000, 200, 0, 0));
            assertThat(turn.facts().costUsd()).isEmpty();
            assertThat(turn.facts().attempts()).singleElement().satisfies(call -> {
                assertThat(call.model()).isEqualTo("claude-y");
                assertThat(call.costUsd()).isEmpty();
            });
        });
        assertThat(finished.gzippedFrames())
                .as("it would stand for the answers of the first model")
                .isEmpty();
    }

    /** Each attempt is billed at the price of its model; one that declined before any output only in some categories. */
    @ParameterizedTest
    @CsvSource({"true, 0.1604", "false,"})
    void billsTheAttemptsOfAFallbackOfClaudes(boolean hasOutput, @Nullable BigDecimal costUsd) throws Exception {
        String before = hasOutput ? START + TEXT : AnswerEvents.messageStart("msg_1", 50_000);
        String after = AnswerEvents.TEXT_START
                + TEXT
                + STOP.replace(
                        "{\"output_tokens\":200}",
                        "{\"input_tokens\":60000,\"output_tokens\":200,\"iterations\":["
                                + "{\"type\":\"message\",\"model\":\"claude-x\",\"input_tokens\":50000,\"output_tokens\":10},"
                                + "{\"type\":\"fallback_message\",\"model\":\"claude-y\",\"input_tokens\":60000,"
                                + "\"output_tokens\":200}]}");
        TurnFacts facts = run(ScriptedClaude.answering(ScriptedClaude.bytes(
                        before,
                        hasOutput ? AnswerEvents.second(FALLBACK) : FALLBACK,
                        hasOutput ? after.replace("\"index\":0", "\"index\":2") : AnswerEvents.second(after))))
                .turn()
                .facts();
        assertThat(facts.usage()).isEqualTo(new Usage(110_000, 210, 0, 0));
        assertThat(facts.costUsd().map(BigDecimal::stripTrailingZeros)).isEqualTo(Optional.ofNullable(costUsd));
        isRecoveredWithItsCost(facts);
    }

    /** By the next owner, if its owner dies before it writes the turn. */
    private void isRecoveredWithItsCost(TurnFacts facts) throws InterruptedException {
        TurnFacts recovered = runner(ScriptedClaude.neverAnswering())
                .turnFromLog(REQUEST.requested(), Generations.log(deltas, Instant.now()), deltas::add)
                .turn()
                .facts();
        assertThat(recovered.usage()).isEqualTo(facts.usage());
        assertThat(recovered.costUsd()).isEqualTo(facts.costUsd());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 50})
    void streamsTheSameEventsForAnyChunks(int size) throws Exception {
        String whole = START + TEXT + STOP;
        List<Piece> pieces = new ArrayList<>();
        for (int at = 0; at < whole.length(); at += size) {
            pieces.add(ScriptedClaude.piece(whole.substring(at, Math.min(at + size, whole.length()))));
        }
        FinishedTurn finished = run(ScriptedClaude.answering(pieces.toArray(Piece[]::new)));
        assertThat(text()).isEqualTo(whole);
        assertThat(finished.turn()).isInstanceOf(ChatCompleted.class);
    }

    @Test
    void treatsAnEndWithoutMessageStopAsACut() throws Exception {
        FinishedTurn finished = run(ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT)));
        assertThat(deltas.getLast()).isInstanceOf(Failed.class);
        assertThat(finished.gzippedFrames()).isEmpty();
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatFailed.class, turn -> {
            assertThat(turn.error().type()).isEqualTo("api_error");
            assertThat(turn.message().at("/content/0/text").stringValue("")).isEqualTo("Good day");
            assertThat(turn.facts().attempts().getFirst().outcome()).isEqualTo("broken");
        });
    }

    @Test
    void forwardsTheEventsBeforeAnErrorEventOnly() throws Exception {
        FinishedTurn finished = run(ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT + """
                        event: error
                        data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}

                        """)));
        assertThat(text()).isEqualTo(START + TEXT);
        assertThat(deltas.getLast()).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.status()).isEqualTo(529);
            assertThat(new String(failed.body(), UTF_8)).contains("overloaded_error");
        });
        assertThat(finished.turn()).isInstanceOf(ChatFailed.class);
    }

    @Test
    void failsAnAnswerWithMalformedEvents() throws Exception {
        FinishedTurn finished = run(ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT, "data: {nonsense\n\n")));
        assertThat(text()).isEqualTo(START + TEXT);
        assertThat(finished.turn()).isInstanceOf(ChatFailed.class);
    }

    /** It was answered and billed; a turn that readers refuse would count for nothing. */
    @Test
    void recordsAnAnswerWithADeeplyNestedInputOfATool() throws Exception {
        String input = "[".repeat(500) + "]".repeat(500);
        String tool = START.replace(
                        "{\"type\":\"text\",\"text\":\"\"}",
                        "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":{}}")
                + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                + "{\"type\":\"input_json_delta\",\"partial_json\":\"" + input + "\"}}\n\n";
        Turn turn =
                run(ScriptedClaude.answering(ScriptedClaude.bytes(tool, STOP))).turn();
        ProducerRecord<String, byte[]> encoded = TurnCodec.encode(turn);
        assertThat(TurnCodec.decode(encoded.headers(), encoded.value()).facts().usage())
                .isEqualTo(new Usage(1000, 200, 0, 0));
    }

    /** It is held in memory, also by every replica that takes it over. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsAnAnswerThatDoesNotEnd(boolean hasText) throws Exception {
        String ping = "event: ping\ndata: {\"type\":\"ping\",\"x\":\"" + "x".repeat(9_900) + "\"}\n\n";
        Piece megabyte = ScriptedClaude.piece(ping.repeat(101));
        ScriptedClaude claude = ScriptedClaude.answering(Stream.concat(
                                Stream.of(ScriptedClaude.piece(START), ScriptedClaude.piece(hasText ? TEXT : PING)),
                                Stream.generate(() -> megabyte).limit(100))
                        .toArray(Piece[]::new))
                .thenAnswering(ScriptedClaude.bytes(START, TEXT, STOP));
        AtomicLong published = new AtomicLong();
        FinishedTurn finished = runner(claude, Clock.systemUTC(), settings(Duration.ofMinutes(1), RETRIES))
                .run(
                        Requests.toClaude("{\"messages\":[]}"),
                        delta -> published.addAndGet(delta instanceof Frames piece ? piece.frames().length : 0),
                        new Cancellation());
        assertThat(published).hasValueLessThan(70_000_000);
        assertThat(finished.turn()).isInstanceOf(ChatFailed.class);
        assertThat(finished.turn().facts().attempts()).hasSize(1);
    }

    @Test
    void sendsHeartbeatsUntilTheReadTimeout() throws Exception {
        Piece silence = ScriptedClaude.pause();
        FinishedTurn finished = run(ScriptedClaude.answering(
                ScriptedClaude.piece(START),
                silence,
                silence,
                ScriptedClaude.piece(TEXT),
                silence,
                silence,
                silence,
                silence,
                ScriptedClaude.piece(STOP)));
        assertThat(deltas.stream().filter(Heartbeat.class::isInstance)).hasSize(6);
        assertThat(text()).isEqualTo(START + TEXT);
        assertThat(finished.turn()).isInstanceOf(ChatFailed.class);
    }

    @Test
    void forwardsARefusalWithItsStatusAndRetryAfter() throws Exception {
        FinishedTurn finished = run(ScriptedClaude.refusing(
                new Claude.Response.Refused(429, "req_2", "7", ApiError.of(429, "slow down"), false)));
        assertThat(deltas.getLast()).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.status()).isEqualTo(429);
            assertThat(failed.retryAfter()).isEqualTo("7");
            assertThat(new String(failed.body(), UTF_8)).contains("rate_limit_error");
        });
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatFailed.class, turn -> {
            assertThat(turn.facts().attempts().getFirst().outcome()).isEqualTo("refused");
            assertThat(turn.facts().attempts().getFirst().status()).isEqualTo(429);
        });
    }

    @Test
    void failsACallWithoutAResponse() throws Exception {
        ScriptedClaude claude = ScriptedClaude.neverAnswering();
        FinishedTurn finished = run(claude);
        assertThat(claude.cancelled()).isTrue();
        assertThat(deltas.getLast())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.status()).isEqualTo(504));
        assertThat(finished.turn().facts().attempts())
                .extracting(Attempt::outcome, Attempt::status)
                .containsExactly(tuple("refused", 0));
        assertThat(finished.turn().facts().costUsd())
                .as("Claude has received the request")
                .isEmpty();
    }

    /** As one that Claude begins and this service closes; one that Claude ends is free. */
    @Test
    void theCostOfACallThatFallsSilentBeforeItsUsageIsUnknown() throws Exception {
        TurnFacts silent = run(ScriptedClaude.answering(
                        ScriptedClaude.pause(), ScriptedClaude.pause(), ScriptedClaude.pause(), ScriptedClaude.pause()))
                .turn()
                .facts();
        assertThat(silent.attempts()).singleElement().satisfies(call -> {
            assertThat(call.outcome()).isEqualTo("broken");
            assertThat(call.costUsd()).isEmpty();
        });
        assertThat(run(ScriptedClaude.answering()).turn().facts().costUsd()).contains(BigDecimal.ZERO);
    }

    /** Claude may send nothing but a ping every 30 s while it thinks. */
    @ParameterizedTest
    @CsvSource({"7, completed", "8, broken"})
    void toleratesALongerPauseWithinThinking(int pauses, String outcome) throws Exception {
        assertThat(pausedAfter(AnswerEvents.HIDDEN_THINKING_START, pauses, AnswerEvents.thinkingEnd("sig_1")))
                .isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"3, completed", "4, broken"})
    void toleratesAShorterPauseAfterThinking(int pauses, String outcome) throws Exception {
        assertThat(pausedAfter(AnswerEvents.thinking("Hm.", "sig_1"), pauses, ""))
                .isEqualTo(outcome);
    }

    /** Claude sends the input of a tool one key and value at a time, without pings: of a long text nothing until that is whole. */
    @Test
    void toleratesALongPauseWithinTheInputOfATool() throws Exception {
        ScriptedClaude claude = paused(
                AnswerEvents.toolStart("tool_use"),
                11,
                AnswerEvents.input("{\"content\":\"a long file\"}") + AnswerEvents.BLOCK_STOP);
        FinishedTurn finished = runner(claude, Clock.systemUTC(), settings(Duration.ofMillis(5), RETRIES))
                .run(REQUEST, deltas::add, new Cancellation());
        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatCompleted.class,
                        turn -> assertThat(turn.message()
                                        .at("/content/0/input/content")
                                        .stringValue(""))
                                .isEqualTo("a long file"));
        assertThat(claude.calls()).hasSize(1);
    }

    /** Nor does it send a part of the summary of a conversation. */
    @ParameterizedTest
    @ValueSource(strings = {"tool_use", "server_tool_use", "mcp_tool_use", "compaction"})
    void toleratesALongPauseWithinABlockThatClaudeSendsLate(String block) throws Exception {
        String start = AnswerEvents.toolStart(block);
        assertThat(pausedAfter(start, 11, AnswerEvents.BLOCK_STOP)).isEqualTo("completed");
        assertThat(pausedAfter(start, 12, AnswerEvents.BLOCK_STOP)).isEqualTo("broken");
    }

    /** Blocks may be open at the same time, and end in any order. */
    @ParameterizedTest
    @CsvSource({"tool_use, 11", "compaction, 11", "text, 3"})
    void toleratesALongPauseWithinABlockAfterTheEndOfAnother(String block, int pauses) throws Exception {
        String open = AnswerEvents.toolStart(block)
                + AnswerEvents.second(AnswerEvents.toolStart("tool_use") + AnswerEvents.BLOCK_STOP);
        assertThat(pausedAfter(open, pauses, AnswerEvents.BLOCK_STOP)).isEqualTo("completed");
        assertThat(pausedAfter(open, pauses + 1, AnswerEvents.BLOCK_STOP)).isEqualTo("broken");
    }

    @ParameterizedTest
    @CsvSource({"tool_use, 11", "text, 7"})
    void toleratesTheLongestPauseOfTheOpenBlocks(String block, int pauses) throws Exception {
        String open = AnswerEvents.HIDDEN_THINKING_START + AnswerEvents.second(AnswerEvents.toolStart(block));
        String end = AnswerEvents.second(AnswerEvents.BLOCK_STOP) + AnswerEvents.thinkingEnd("sig_1");
        assertThat(pausedAfter(open, pauses, end)).isEqualTo("completed");
        assertThat(pausedAfter(open, pauses + 1, end)).isEqualTo("broken");
    }

    /** Each stays in memory until its end. */
    @Test
    void toleratesNoLongPauseBeyondTheMostOpenBlocks() throws Exception {
        String open = IntStream.range(0, 101)
                .mapToObj(index -> AnswerEvents.numbered(index, AnswerEvents.toolStart("tool_use")))
                .collect(Collectors.joining());
        String first = IntStream.range(0, 100)
                .mapToObj(index -> AnswerEvents.numbered(index, AnswerEvents.BLOCK_STOP))
                .collect(Collectors.joining());
        String last = AnswerEvents.numbered(100, AnswerEvents.BLOCK_STOP);
        assertThat(pausedAfter(open, 11, first + last)).isEqualTo("completed");
        assertThat(pausedAfter(open + first, 4, last)).isEqualTo("broken");
    }

    /** Their results come as a whole. The tool that runs code may call others meanwhile. */
    @ParameterizedTest
    @CsvSource({
        "server_tool_use, 11",
        "mcp_tool_use, 11",
        "server_tool_use server_tool_use web_search_tool_result, 11",
        "server_tool_use server_tool_use web_search_tool_result code_execution_tool_result, 3",
        "mcp_tool_use mcp_tool_result, 3",
        "web_search_tool_result server_tool_use, 11",
        "tool_use, 3",
    })
    void toleratesALongPauseUntilTheToolsOfClaudeHaveEnded(String blocks, int pauses) throws Exception {
        StringBuilder events = new StringBuilder();
        int index = 0;
        for (String block : blocks.split(" ", -1)) {
            events.append(AnswerEvents.numbered(index, AnswerEvents.toolStart(block) + AnswerEvents.BLOCK_STOP));
            index++;
        }
        assertThat(pausedAfter(events.toString(), pauses, "")).isEqualTo("completed");
        assertThat(pausedAfter(events.toString(), pauses + 1, "")).isEqualTo("broken");
    }

    @Test
    void aDeltaAfterTheEndOfItsBlockShortensNoPause() throws Exception {
        String late = AnswerEvents.toolStart("server_tool_use") + AnswerEvents.BLOCK_STOP + AnswerEvents.input("{}");
        assertThat(pausedAfter(late, 11, "")).isEqualTo("completed");
    }

    /** The outcome of a call with so many pauses of 5 ms in the middle; a pause of 20 ms is too long. */
    private String pausedAfter(String before, int pauses, String after) throws InterruptedException {
        return run(paused(before, pauses, after))
                .turn()
                .facts()
                .attempts()
                .getFirst()
                .outcome();
    }

    private static ScriptedClaude paused(String before, int pauses, String after) {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(ScriptedClaude.piece(AnswerEvents.messageStart("msg_1", 1000) + before));
        pieces.addAll(Collections.nCopies(pauses, ScriptedClaude.pause()));
        int blocks = before.split("event: content_block_start", -1).length - 1;
        pieces.add(ScriptedClaude.piece(
                after + AnswerEvents.numbered(blocks, AnswerEvents.TEXT_START + TEXT + AnswerEvents.end(200))));
        return ScriptedClaude.answering(pieces.toArray(Piece[]::new));
    }

    /** As while the circuit breaker is open, or if a connection cannot be made. */
    @Test
    void aCallThatHasNotReachedClaudeCostsNothing() throws Exception {
        FinishedTurn finished = run(ScriptedClaude.refusing(
                new Claude.Response.Refused(0, "", "", ApiError.of(503, "Claude cannot be reached."), false)));
        assertThat(finished.turn().facts().costUsd()).contains(BigDecimal.ZERO);
    }

    /** As when a delta could not be delivered. Claude would bill an answer that is not read. */
    @Test
    void closesACallWhenAHeartbeatFails() {
        ScriptedClaude claude = ScriptedClaude.neverAnswering();
        assertThatIllegalStateException()
                .isThrownBy(() -> runner(claude)
                        .run(
                                REQUEST,
                                _ -> {
                                    throw new IllegalStateException("lost");
                                },
                                new Cancellation()));
        assertThat(claude.cancelled()).isTrue();
    }

    @Test
    void closesACallWhoseResponseComesWhenAHeartbeatFails() {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT, STOP));
        CompletableFuture<Claude.Response> response = new CompletableFuture<>();
        assertThatIllegalStateException()
                .isThrownBy(() -> runner(call -> response)
                        .run(
                                REQUEST,
                                _ -> {
                                    response.complete(claude.ask(new Claude.Call("m", "", "", new byte[0]))
                                            .join());
                                    throw new IllegalStateException("lost");
                                },
                                new Cancellation()));
        assertThat(claude.closed()).isTrue();
    }

    @Test
    void recordsAnAnswerThatAnotherReplicaFinished() throws Exception {
        GenerationLog log = Generations.log(frames(0, START + TEXT, false), frames(1, STOP, true));
        FinishedTurn finished =
                runner(ScriptedClaude.neverAnswering()).turnFromLog(REQUEST.requested(), log, deltas::add);
        assertThat(deltas).isEmpty();
        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatCompleted.class,
                        turn -> assertThat(turn.facts().usage()).isEqualTo(new Usage(1000, 200, 0, 0)));
        assertThat(unzipped(finished.gzippedFrames())).isEqualTo(START + TEXT + STOP);
    }

    @Test
    void sendsHeartbeatsWhileNoEventIsComplete() throws Exception {
        Piece nothing = ScriptedClaude.piece(": timeout\n\n");
        runner(
                        ScriptedClaude.answering(
                                ScriptedClaude.piece(START), nothing, nothing, ScriptedClaude.piece(STOP)),
                        new RacingClock())
                .run(REQUEST, deltas::add, new Cancellation());
        assertThat(deltas).hasAtLeastOneElementOfType(Heartbeat.class);
    }

    @Test
    void recordsAMalformedRequestAsAString() throws Exception {
        RoutedRequest odd = Requests.toClaude("{\"model\":");
        FinishedTurn finished = runner(ScriptedClaude.answering(
                        ScriptedClaude.piece(START), ScriptedClaude.piece(TEXT), ScriptedClaude.piece(STOP)))
                .run(odd, deltas::add, new Cancellation());
        assertThat(finished.turn().facts().request().tree().isString()).isTrue();
    }

    /** The circuit breaker, which has no status of Claude, forbids retries for some seconds only. */
    @ParameterizedTest
    @CsvSource({"500, true, true", "500, false, false", "404, true, true", "0, true, false"})
    void tellsTheClientIfClaudeForbidsARetry(int status, boolean noRetry, boolean told) throws Exception {
        ApiError error = ApiError.of(status == 0 ? 529 : status, "No.");
        run(ScriptedClaude.refusing(new Claude.Response.Refused(status, "", "", error, noRetry)));
        assertThat(deltas.getLast())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.noRetry()).isEqualTo(told));
    }

    /** A client reports it to operators, and may read what has it. */
    @Test
    void theErrorOfAFollowerHasTheIdOfItsOwnRequest() throws Exception {
        SharedStream leader = new SharedStream("key");
        DeltaSink sink = leader.publishingTo(_ -> {});
        assertThat(leader.join()).isTrue();
        GenerationId other = GenerationId.unsigned(Clock.systemUTC(), 0);
        byte[] body = ApiError.of(529, "Overloaded").body(other.value());
        sink.publish(new Failed(other, 1, 0, CacheVerdict.MISS, 529, "3", true, body));
        runner(ScriptedClaude.neverAnswering()).follow(REQUEST, leader, deltas::add, new Cancellation());
        assertThat(deltas.getLast()).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.retryAfter()).isEqualTo("3");
            assertThat(failed.noRetry()).isTrue();
            assertThat(new String(failed.body(), UTF_8))
                    .contains("Overloaded", REQUEST.requested().generation().value())
                    .doesNotContain(other.value());
        });
    }

    /** Each key has its share of the heap. */
    @Test
    void aLeaderWithoutRoomFailsTheFollowersOfItsOwnKeyOnly() throws Exception {
        SharedStream leader = new SharedStream(REQUEST.requested().keyOrTenant());
        assertThat(leader.join()).isTrue();
        RecordingSink full = new RecordingSink();
        full.keeps = false;
        runner(ScriptedClaude.answering(ScriptedClaude.piece(START), ScriptedClaude.piece(TEXT)))
                .lead(REQUEST, leader, full, new Cancellation());
        RoutedRequest ofAnotherKey = RoutedRequest.toClaude(Requests.ofANewKey(), Instant.EPOCH);
        runner(
                        ScriptedClaude.answering(ScriptedClaude.bytes(START, TEXT, STOP)),
                        Clock.systemUTC(),
                        settings(Duration.ofMillis(5), RETRIES))
                .follow(ofAnotherKey, leader, deltas::add, new Cancellation());
        assertThat(deltas.getLast()).isInstanceOf(Frames.class);
        assertThat(text()).endsWith(STOP);

        runner(ScriptedClaude.neverAnswering()).follow(REQUEST, leader, deltas::add, new Cancellation());
        assertThat(deltas.getLast())
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(new String(failed.body(), UTF_8)).contains("The answer is too long."));
    }

    /** An SDK would repeat the request, which is billed again. The heap has room again once other answers have ended. */
    @ParameterizedTest
    @CsvSource({"67108865, true, true", "67108864, false, false", "67108865, false, true"})
    void forbidsARetryOfAnAnswerThatIsLongerThanAnyMayBe(int bytes, boolean keeps, boolean noRetry) {
        RecordingSink sink = new RecordingSink();
        sink.keeps = keeps;
        DeltaWriter writer =
                new DeltaWriter(sink, REQUEST.requested().generation(), 1, CacheVerdict.MISS, Optional.empty(), 0);
        writer.continues(bytes - 1);
        writer.frames(new byte[1], false);
        writer.keep(1);
        assertThat(writer.isTooLong()).isTrue();
        writer.publishEnd(writer.tooLong());
        assertThat(sink.deltas.getLast())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.noRetry()).isEqualTo(noRetry));
    }

    @Test
    void failsARequestAtCapacity() {
        ScriptedClaude claude = ScriptedClaude.answering(ScriptedClaude.piece(START));
        FinishedTurn finished = runner(claude).reject(REQUEST, ApiError.of(529, "Full."), deltas::add);
        assertThat(deltas).singleElement().isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.status()).isEqualTo(529);
            assertThat(failed.retryAfter()).isEqualTo("1");
        });
        assertThat(finished.turn()).isInstanceOfSatisfying(ChatFailed.class, turn -> {
            assertThat(turn.facts().attempts()).isEmpty();
            assertThat(turn.error().type()).isEqualTo("overloaded_error");
        });
    }

    @Test
    void limitsTheDurationOfAnAnswerWithPings() throws Exception {
        FinishedTurn finished = runner(
                        ScriptedClaude.answering(
                                ScriptedClaude.piece(START),
                                ScriptedClaude.piece(TEXT),
                                ScriptedClaude.piece(PING),
                                ScriptedClaude.piece(PING),
                                ScriptedClaude.piece(PING),
                                ScriptedClaude.piece(PING),
                                ScriptedClaude.piece(STOP)),
                        new RacingClock())
                .run(REQUEST, deltas::add, new Cancellation());
        assertThat(finished.turn())
                .isInstanceOfSatisfying(
                        ChatFailed.class,
                        turn -> assertThat(turn.error().status()).isEqualTo(504));
        assertThat(deltas.getLast())
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.noRetry())
                                .as("the next one takes as long")
                                .isTrue());
    }

    @Test
    void failsAnAnswerWhoseFirstRecordsHaveExpired() {
        TurnFacts facts = interrupted(Generations.log(), true);
        assertThat(facts.attempts()).isEmpty();
        assertThat(facts.costUsd()).isEmpty();
    }

    /** What is left of the call does not tell what Claude has read and written before. */
    @Test
    void theCostOfACallIsUnknownWhoseFirstRecordsHaveExpired() {
        TurnFacts facts = interrupted(Generations.log(frames(3, TEXT, false)), true);
        assertThat(facts.attempts())
                .singleElement()
                .satisfies(call -> assertThat(call.costUsd()).isEmpty());
        assertThat(facts.costUsd()).isEmpty();
    }

    /** Each owner records how the earlier calls have ended. */
    @Test
    void theCostOfACallIsKnownThatHasEndedBeforeTheRecordsOfTheNextOnesExpired() {
        Attempt broken = new Attempt(
                1,
                "claude-x",
                Instant.EPOCH,
                1,
                AttemptRecord.BROKEN,
                200,
                "req_1",
                new Usage(1000, 200, 0, 0),
                Optional.of(BigDecimal.ZERO));
        GenerationId generation = REQUEST.requested().generation();
        TurnFacts facts = interrupted(
                Generations.log(
                        new Heartbeat(generation, 2, 0, AttemptList.encode(List.of(broken))),
                        new Heartbeat(generation, 3, 1)),
                true);
        assertThat(facts.attempts())
                .extracting(Attempt::number, call -> call.costUsd().map(BigDecimal::stripTrailingZeros))
                .containsExactly(tuple(1, Optional.of(new BigDecimal("0.006"))), tuple(3, Optional.empty()));
        assertThat(facts.costUsd()).isEmpty();
    }

    @Test
    void aRequestThatHasExpiredWithoutACallCostsNothing() {
        assertThat(interrupted(Generations.log(), false).costUsd()).contains(BigDecimal.ZERO);
    }

    /** The facts of the failed turn of a generation that cannot be continued. */
    private TurnFacts interrupted(GenerationLog log, boolean incomplete) {
        FinishedTurn finished =
                runner(ScriptedClaude.neverAnswering()).giveUp(REQUEST.requested(), log, incomplete, deltas::add);
        assertThat(deltas.getLast()).isInstanceOf(Failed.class);
        assertThat(finished.turn()).isInstanceOf(ChatFailed.class);
        return finished.turn().facts();
    }

    @Test
    void countsTheCallsOfAnAnswerThatCannotBeContinued() {
        TurnFacts facts = interrupted(
                Generations.log(frames(0, START, false), frames(1, "event: broken\ndata: {\n\n", false)), false);
        assertThat(facts.attempts())
                .singleElement()
                .satisfies(call -> assertThat(call.costUsd()).isEmpty());
        assertThat(facts.usage().inputTokens()).isPositive();
        assertThat(facts.costUsd()).isEmpty();
    }

    @Test
    void countsACallWithMoreTokensThanALongHas() {
        String end = AnswerEvents.end(5).replace("\"output_tokens\":5", "\"output_tokens\":10000000000000000000");
        assertThat(end).contains("10000000000000000000");
        assertThat(interrupted(Generations.log(frames(0, START, false), frames(1, end, false)), false)
                        .attempts())
                .hasSize(1);
    }

    private static final RoutedRequest REQUEST = Requests.toClaude("{}");

    private FinishedTurn run(Claude claude) throws InterruptedException {
        return runner(claude).run(REQUEST, deltas::add, new Cancellation());
    }

    /** A clock that advances by 20 s at each reading. */
    private static final class RacingClock extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            now = now.plusSeconds(20);
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static GenerationRunner runner(Claude claude) {
        return runner(claude, Clock.systemUTC());
    }

    private static GenerationRunner runner(Claude claude, Clock clock) {
        return runner(claude, clock, SETTINGS);
    }

    private static GenerationSettings settings(Duration heartbeatInterval) {
        return settings(heartbeatInterval, NO_RETRIES);
    }

    private static GenerationSettings settings(Duration heartbeatInterval, RetrySettings retries) {
        return Generations.settings(heartbeatInterval, Duration.ofMillis(20), retries);
    }

    private static GenerationRunner runner(Claude claude, Clock clock, GenerationSettings settings) {
        BigDecimal one = BigDecimal.ONE;
        return Generations.runner(
                claude,
                settings,
                clock,
                new ModelPrice("claude-", one, one, one, one, 0, null),
                new ModelPrice("claude-x", BigDecimal.TWO, new BigDecimal(20), one, one, 0, null),
                new ModelPrice("claude-x", BigDecimal.TEN, new BigDecimal(100), one, one, 180_000, null));
    }

    private static Delta frames(int sequence, String text, boolean last) {
        return new Frames(REQUEST.requested().generation(), 1, sequence, CacheVerdict.MISS, text.getBytes(UTF_8), last);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        deltas.stream()
                .filter(Frames.class::isInstance)
                .forEach(frames -> text.append(new String(((Frames) frames).frames(), UTF_8)));
        return text.toString();
    }

    private static String unzipped(byte[] zipped) throws IOException {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return new String(gzip.readAllBytes(), UTF_8);
        }
    }
}
