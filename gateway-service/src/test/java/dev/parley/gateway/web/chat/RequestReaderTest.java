package dev.parley.gateway.web.chat;

import static dev.parley.gateway.web.response.Refusals.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.GenerationIds;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.conversation.Histories;
import dev.parley.gateway.conversation.History;
import dev.parley.gateway.conversation.LastAnswer;
import dev.parley.gateway.conversation.SystemAndTools;
import dev.parley.gateway.model.AliasSettings;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.model.Models;
import dev.parley.gateway.openai.ChatRequestParser;
import dev.parley.gateway.openai.OpenAiSettings;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.request.RequestSettings;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.KeyLookup;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.chat.RequestReader.ReceivedRequest;
import dev.parley.gateway.web.connection.ConnectionSettings;
import dev.parley.gateway.web.input.Authentication;
import dev.parley.gateway.web.input.RequestBodies;
import dev.parley.gateway.web.input.SignedIds;
import dev.parley.gateway.web.input.WebSettings;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.response.ApiErrorException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

class RequestReaderTest {
    private static final RequestParser PARSER =
            new RequestParser(JsonMapper.shared(), new RequestSettings(35, Set.of()));
    private static final BodyParser CHAT = new ChatRequestParser(
            JsonMapper.shared(), new OpenAiSettings(9, true), new Models(List.of(), new ModelAliases(List.of())));
    private static final GenerationIds SIGNER = new GenerationIds(new byte[] {1});
    private static final SignedIds IDS = new SignedIds(() -> Optional.of(SIGNER), Clock.systemUTC());
    private static final ModelAliases ALIASES =
            new ModelAliases(List.of(new AliasSettings("auto", "Auto", "strong", "cheap")));
    private static final Duration SLOW = Duration.ofMillis(200);
    private static final String BODY = """
        {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}\
        """;

    private final SharedPool heap = new SharedPool(1_000_000, "Too many large requests are being read.");

    private DataSize bodyMax = DataSize.ofKilobytes(1);
    private Histories histories = (_, _, _) -> new Histories.Result.Found(history(Optional.empty()));

    private static History history(Optional<LastAnswer> last) {
        return new History(
                List.of(RawJson.of(JsonMapper.shared().readTree("{\"role\":\"user\",\"content\":\"Earlier\"}"))),
                SystemAndTools.NONE,
                last);
    }

    @Test
    void readsNoBodyOfAClientWithoutAKey() {
        AtomicBoolean read = new AtomicBoolean();
        var http = MockServerHttpRequest.post("/v1/messages")
                .body(Flux.just(buffer(BODY)).doOnSubscribe(_ -> read.set(true)));
        assertRefused(401, () -> received(http));
        assertThat(read).isFalse();
    }

    @Test
    void warnsOfIgnoredParameters() {
        String body = BODY.replaceFirst("\\{", "{\"store\":true,");
        ServerRequest http = request(post().body(body));
        assertThat(reader().read(http, CHAT, Mono::just).block()).isNotNull();
        assertThat(http.exchange().getResponse().getHeaders().getFirst("warning"))
                .isEqualTo("299 - \"ignored: store\"");
    }

    @Test
    void rejectsABodyOverTheLimit() {
        bodyMax = DataSize.ofBytes(20);
        ApiErrorException refused = assertRefused(413, () -> received(post().body(BODY)));
        assertThat(refused.error().type()).isEqualTo("request_too_large");
    }

    @Test
    void countsTheHeapUseOfARequestUntilItsUseHasEnded() {
        Sinks.Empty<ReceivedRequest> work = Sinks.empty();
        CompletableFuture<ReceivedRequest> begun = new CompletableFuture<>();
        var received = reader().read(request(post().body(BODY)), PARSER, question -> {
                    begun.complete(question);
                    return work.asMono();
                })
                .toFuture();
        assertThat(begun).succeedsWithin(Duration.ofSeconds(10));
        assertThat(heap.taken()).isGreaterThanOrEqualTo(5L * BODY.length());
        work.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
        assertThat(received).succeedsWithin(Duration.ofSeconds(10));
        assertThat(heap.taken()).isZero();
    }

    @Test
    void rejectsARequestWhileTheHeapIsUsedUp() {
        useUpTheHeap();
        assertThat(assertRefused(529, () -> received(post().body(BODY)))
                        .response()
                        .retryAfter())
                .isEqualTo("1");
    }

    private void useUpTheHeap() {
        for (int key = 0; key < 5; key++) {
            heap.reservation("key " + key).take(199_999);
        }
    }

    @Test
    void rejectsARequestAboveTheHeapUseOfOneRequest() {
        String many = BODY.replace("[", "[" + "{},".repeat(8_000));
        bodyMax = DataSize.ofKilobytes(100);
        assertThat(refusal(400, post().body(many))).contains("too many values");
        assertThat(heap.taken()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"none, GRACE", "continue, CONTINUE", "cancel, CANCEL"})
    void takesTheDisconnectPolicyFromTheRequestElseFromTheKey(@Nullable String policy, OnDisconnect expected) {
        assertThat(received(with(post(), "x-parley-on-disconnect", policy).body(BODY))
                        .onDisconnect())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "grace", "Cancel", "cancel, continue"})
    void rejectsAnotherDisconnectPolicy(String policy) {
        var http = post().header("x-parley-on-disconnect", policy).body(BODY);
        assertThat(refusal(400, http)).startsWith("x-parley-on-disconnect: ");
    }

    @Test
    void putsTheStoredHistoryBeforeTheMessagesOfTheRequest() {
        ReceivedRequest question = received(stored().body(BODY));
        assertThat(question.request().json().path("messages").valueStream())
                .extracting(message -> message.path("content").stringValue())
                .containsExactly("Earlier", "hi");
        assertThat(new String(question.request().upstream(), UTF_8)).isEqualTo("""
            {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Earlier"},\
            {"role":"user","content":"hi"}],"stream":true}\
            """);
    }

    @Test
    void leavesOutThinkingOfTheStoredHistoryIfTheSystemPromptHasChanged() {
        RawJson answer = RawJson.of(JsonMapper.shared().readTree("""
                {"role":"assistant","content":[
                  {"type":"thinking","thinking":"","signature":"s"},{"type":"text","text":"So."}]}"""));
        histories = (_, _, _) ->
                new Histories.Result.Found(new History(List.of(answer), SystemAndTools.NONE, Optional.empty()));

        assertThat(blocks(received(stored().body(BODY)))).containsExactly("thinking", "text");
        assertThat(blocks(received(stored().body(BODY.replace("}]}", "}],\"system\":\"Hm.\"}")))))
                .containsExactly("text");
    }

    private static List<String> blocks(ReceivedRequest question) {
        return question.request()
                .json()
                .at("/messages/0/content")
                .valueStream()
                .map(block -> block.path("type").stringValue())
                .toList();
    }

    /** The mark of the request alone depends on its own messages. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                                       | ephemeral
            ,"cache_control":{"type":"ephemeral","ttl":"1h"}         | ephemeral
            ,"tools":[{"type":"function","function":{"name":"f"},"cache_control":{"type":"ephemeral"}}] | none
            """)
    void marksAChatCompletionWithAStoredHistoryForThePromptCache(String parameter, String marked) {
        ServerRequest http = request(stored().body(BODY.replace("}]}", "}]" + parameter + "}")));
        ReceivedRequest question =
                reader().read(http, CHAT, Mono::just).blockOptional().orElseThrow();
        assertThat(question.request().json().path("messages")).hasSize(2);
        assertThat(question.request().json().at("/cache_control/type").stringValue("none"))
                .isEqualTo(marked);
        assertThat(JsonMapper.shared().readTree(question.request().upstream()))
                .isEqualTo(question.request().json());
    }

    @Test
    void readsTheHistoryWhileTheBodyArrives() {
        StepVerifier.withVirtualTime(
                        () -> read(stored().body(Flux.just(buffer(BODY)).delaySequence(SLOW))))
                .expectSubscription()
                .expectNoEvent(SLOW.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void countsTheHistoryWhileTheBodyArrives() {
        Sinks.Many<DataBuffer> body = Sinks.many().unicast().onBackpressureBuffer();
        var received = read(stored().body(body.asFlux())).toFuture();
        long bytes = history(Optional.empty()).bytes();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(heap.taken()).isGreaterThanOrEqualTo(bytes));

        body.emitNext(buffer(BODY), Sinks.EmitFailureHandler.FAIL_FAST);
        body.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
        assertThat(received).succeedsWithin(Duration.ofSeconds(10));
        assertThat(heap.taken()).isZero();
    }

    @Test
    void rejectsAHistoryForWhichNoHeapIsLeft() {
        useUpTheHeap();
        assertThat(refusal(529, stored().body(Flux.never()))).contains("Too many large requests");
    }

    @Test
    void countsAStoredTurnWhileItIsUnpacked() {
        histories = (_, _, turnBytes) -> {
            turnBytes.accept(100_000);
            assertThat(heap.taken()).isGreaterThanOrEqualTo(200_000);
            return new Histories.Result.Found(history(Optional.empty()));
        };
        assertThat(received(stored().body(BODY))).isNotNull();
        assertThat(heap.taken()).isZero();
    }

    @Test
    void countsAHistoryOnceWithTheWholeRequest() {
        AtomicLong taken = new AtomicLong();
        byte[] whole = reader().read(request(stored().body(BODY)), PARSER, received -> {
                    taken.set(heap.taken());
                    return Mono.just(received.request().upstream());
                })
                .blockOptional()
                .orElseThrow();
        assertThat(taken).hasValue(PARSER.heapBytes(BODY.getBytes(UTF_8)) + PARSER.heapBytes(whole));
    }

    @Test
    void readsTheHistoryOfTheConversationThatOpenWebUiNames() {
        List<ConversationName> read = new ArrayList<>();
        histories = (name, _, _) -> {
            read.add(name);
            return new Histories.Result.Found(history(Optional.empty()));
        };
        ReceivedRequest question = received(post().header("x-parley-history", "stored")
                .header("X-OpenWebUI-Chat-Id", "chat-1")
                .body(BODY));
        assertThat(read).containsExactly(new ConversationName(question.caller().tenant(), question.conversation()));
        assertThat(question.conversation().value()).isEqualTo("chat-1");
        assertThat(question.request().json().path("messages")).hasSize(2);
    }

    @Test
    void aRequestWithoutAConversationStartsEmpty() {
        assertThat(received(post().header("x-parley-history", "stored").body(BODY))
                        .request()
                        .json()
                        .path("messages"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"x-parley-history, all", "x-parley-conversation, not one", "x-parley-after-generation, last"})
    void rejectsInvalidHeaders(String header, String value) {
        var http = post().header(header, value)
                .header("x-parley-history", "stored")
                .header("x-parley-conversation", "conv_1")
                .body(BODY);
        assertThat(refusal(400, http)).startsWith(header + ": ");
    }

    @Test
    void rejectsAHistoryThatIsTooLarge() {
        bodyMax = DataSize.ofBytes(100);
        assertRefused(413, () -> received(stored().body(BODY)));
    }

    @Test
    void failsWhenTheLastTurnMayBeMissing() {
        histories = (_, _, _) -> new Histories.Result.Late();
        assertThat(assertRefused(503, () -> received(stored().body(BODY)))
                        .response()
                        .retryAfter())
                .isNotEmpty();
    }

    @Test
    void rejectsAGenerationWithoutATurnInTheConversation() {
        histories = (_, _, _) -> new Histories.Result.Unrelated();
        assertThat(refusal(400, after(id("t", Optional.empty())))).contains("x-parley-after-generation: ");
    }

    @Test
    void aGenerationOfAnotherTenantIsUnknown() {
        assertThat(refusal(404, after(id("other", Optional.empty())))).contains("no such generation");
    }

    @Test
    void rejectsAGenerationWithoutAConversation() {
        assertThat(refusal(400, afterInNone(id("t", Optional.empty())))).contains("names no conversation");
        assertThat(refusal(404, afterInNone(id("other", Optional.empty())))).contains("no such generation");
    }

    private static MockServerHttpRequest afterInNone(GenerationId generation) {
        return post().header("x-parley-history", "stored")
                .header("x-parley-after-generation", generation.value())
                .body(BODY);
    }

    private static MockServerHttpRequest after(GenerationId generation) {
        return stored().header("x-parley-after-generation", generation.value()).body(BODY);
    }

    @Test
    void theStrongerModelAnswersAgainIfTheClientNamesAnAnswer() {
        GenerationId named = id("t", Optional.of("auto"));
        assertThat(received(escalating("auto", named.value())).escalates()).contains(named);
        assertThat(received(escalating("auto", null)).escalates()).isEmpty();
    }

    @Test
    void anAnswerToEscalateIsOneOfTheTenantAndOfTheAlias() {
        assertThat(refusal(
                        400, escalating("claude-x", id("t", Optional.of("auto")).value())))
                .contains("has to name an alias");
        assertThat(refusal(400, escalating("auto", "gen_1"))).contains("x-parley-escalate: a generation id is");
        assertThat(refusal(400, escalating("auto", id("t", Optional.empty()).value())))
                .contains("not requested with the model auto");
        assertThat(refusal(
                        404, escalating("auto", id("other", Optional.of("auto")).value())))
                .contains("no such generation");
    }

    @Test
    void aStoredConversationStaysWithTheStrongerModel() {
        GenerationId last = id("t", Optional.of("auto"));
        assertThat(afterAnswer("auto", new LastAnswer(last, "auto", "cheap-1", "end_turn", Optional.empty())))
                .isEmpty();
        assertThat(afterAnswer("auto", new LastAnswer(last, "auto", "cheap-1", "max_tokens", Optional.empty())))
                .contains(last);
        assertThat(afterAnswer("auto", new LastAnswer(last, "auto", "cheap-1", "refusal", Optional.empty())))
                .contains(last);
        assertThat(afterAnswer("auto", new LastAnswer(last, "auto", "strong-1", "max_tokens", Optional.empty())))
                .as("of the stronger model itself")
                .isEmpty();
        assertThat(afterAnswer("auto", new LastAnswer(last, "auto", "strong-1", "end_turn", Optional.of(last))))
                .as("after an escalation")
                .contains(last);
        assertThat(afterAnswer("claude-x", new LastAnswer(last, "auto", "cheap-1", "max_tokens", Optional.empty())))
                .isEmpty();
        assertThat(afterAnswer("auto", new LastAnswer(last, "claude-x", "cheap-1", "max_tokens", Optional.empty())))
                .isEmpty();
    }

    private static GenerationId id(String tenant, Optional<String> alias) {
        return SIGNER.next(Clock.systemUTC(), 0, new TenantId(tenant), AnswerFormat.MESSAGES, alias);
    }

    private static MockServerHttpRequest escalating(String model, @Nullable String generation) {
        return with(post(), "x-parley-escalate", generation).body(of(model));
    }

    private Optional<GenerationId> afterAnswer(String model, LastAnswer last) {
        histories = (_, _, _) -> new Histories.Result.Found(history(Optional.of(last)));
        return received(stored().body(of(model))).escalates();
    }

    private static String of(String model) {
        return BODY.replace("\"m\"", '"' + model + '"');
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "x-parley-conversation, mine, none, none, mine, slow",
                "X-OpenWebUI-Chat-Id, chat-1, none, none, chat-1, slow",
                "X-OpenWebUI-Chat-Id, no id of ours, none, none, none, slow",
                "X-OpenWebUI-Chat-Id, local, none, none, none, slow",
                "X-OpenWebUI-Chat-Id, local:Xq_3, none, none, none, slow",
                "X-OpenWebUI-Chat-Id, localised, none, none, localised, slow",
                "X-OpenWebUI-Chat-Id, a, x-parley-conversation, b, b, slow",
                "X-OpenWebUI-User-Id, ada, none, none, none, ada",
                // UTF-8, which the server decodes as ISO 8859-1.
                "X-OpenWebUI-User-Id, J\u00C3\u00BCrgen, none, none, none, J\u00FCrgen",
                "X-OpenWebUI-User-Id, \u00C3\u0080da, none, none, none, \u00C0da",
                "X-OpenWebUI-User-Id, J\u00FCrgen, none, none, none, slow"
            })
    void acceptsTheHeadersOfOpenWebUi(
            String header,
            String value,
            @Nullable String other,
            @Nullable String otherValue,
            @Nullable String conversation,
            String user) {
        var http = post().header(header, value);
        if (other != null) {
            http = with(http, other, otherValue);
        }
        ReceivedRequest question = received(http.body(BODY));
        assertThat(question.user()).isEqualTo(user);
        if (conversation == null) {
            assertThat(question.conversation().value()).startsWith("conv_");
        } else {
            assertThat(question.conversation().value()).isEqualTo(conversation);
        }
    }

    @Test
    void takesTheUserFromTheRequestBeforeOpenWebUi() {
        String body = BODY.replace("}]}", "}],\"metadata\":{\"user_id\":\"eve\"}}");
        assertThat(received(post().header("X-OpenWebUI-User-Id", "ada").body(body))
                        .user())
                .isEqualTo("eve");
    }

    private static MockServerHttpRequest.BodyBuilder post() {
        return MockServerHttpRequest.post("/v1/messages").header("x-api-key", "k");
    }

    /** A request that continues a stored conversation. */
    private static MockServerHttpRequest.BodyBuilder stored() {
        return post().header("x-parley-history", "stored").header("x-parley-conversation", "conv_1");
    }

    private static MockServerHttpRequest.BodyBuilder with(
            MockServerHttpRequest.BodyBuilder request, String header, @Nullable String value) {
        return value == null ? request : request.header(header, value);
    }

    /** The message of an error of this status. */
    private String refusal(int status, MockServerHttpRequest http) {
        return assertRefused(status, () -> received(http)).error().message();
    }

    private ReceivedRequest received(MockServerHttpRequest http) {
        return read(http).blockOptional(Duration.ofSeconds(10)).orElseThrow();
    }

    private Mono<ReceivedRequest> read(MockServerHttpRequest http) {
        return reader().read(request(http), PARSER, Mono::just);
    }

    private RequestReader reader() {
        Caller caller = new Caller(new TenantId("t"), "slow", OnDisconnect.GRACE, Set.of());
        return new RequestReader(
                new Authentication(_ -> new KeyLookup.Valid(caller)),
                new RequestBodies(
                        new WebSettings(bodyMax, Duration.ofSeconds(30), 10, DataSize.ofMegabytes(1), bodyMax),
                        new ConnectionSettings(
                                10, Duration.ofSeconds(10), Duration.ofSeconds(5), DataSize.ofKilobytes(1))),
                new HistorySupply(histories, Deletions::new, IDS, 10, PARSER, bodyMax, Schedulers.parallel()),
                new Escalations(ALIASES, IDS),
                heap,
                Schedulers.immediate(),
                Clock.systemUTC());
    }

    private static ServerRequest request(MockServerHttpRequest http) {
        return ServerRequest.create(MockServerWebExchange.from(http), List.<HttpMessageReader<?>>of());
    }

    private static DataBuffer buffer(String text) {
        return DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(UTF_8));
    }
}
