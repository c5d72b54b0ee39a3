package dev.parley.gateway.web.chat;

import static dev.parley.gateway.web.response.Refusals.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.GenerationIds;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.model.PermittedModels;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.conversation.Histories;
import dev.parley.gateway.conversation.History;
import dev.parley.gateway.conversation.LastAnswer;
import dev.parley.gateway.conversation.MinuteQuota;
import dev.parley.gateway.conversation.RecentAnswers;
import dev.parley.gateway.conversation.SystemAndTools;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.limits.Demand;
import dev.parley.gateway.limits.Ledger;
import dev.parley.gateway.limits.LedgerVerdict;
import dev.parley.gateway.limits.LimitCheck;
import dev.parley.gateway.limits.RateLimits;
import dev.parley.gateway.limits.SharedLedger;
import dev.parley.gateway.limits.TestLedgers;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.request.RequestSettings;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.KeyLookup;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.answers.ReaderPresence;
import dev.parley.gateway.web.connection.ConnectionSettings;
import dev.parley.gateway.web.input.Authentication;
import dev.parley.gateway.web.input.RequestBodies;
import dev.parley.gateway.web.input.SignedIds;
import dev.parley.gateway.web.input.WebSettings;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.testing.Events;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.threeten.extra.MutableClock;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

class RequestAdmissionTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final KeyId KEY = KeyId.next(CLOCK);
    /** A key that may have one open stream. */
    private static final KeyId SINGLE = KeyId.next(CLOCK);

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final DataSize SIZE = DataSize.ofKilobytes(100);
    /** Beside an answer whose length is not known yet, which counts as 1,034, 30,000. */
    private static final int CONVERSATION_BYTES = 31_034;

    private static final int BACKLOG = 200_000;
    private static final RequestParser PARSER =
            new RequestParser(JsonMapper.shared(), new RequestSettings(35, Set.of()));

    private static final BigDecimal COSINE_MIN = new BigDecimal("0.92");
    private static final Caller OTHER = new Caller(new TenantId("other"), "o", OnDisconnect.CANCEL, Set.of());

    private static final ConversationId CONVERSATION = new ConversationId("conv_1");
    private static final GenerationIds SIGNER = new GenerationIds(new byte[] {1});
    private static final SignedIds IDS = new SignedIds(() -> Optional.of(SIGNER), CLOCK);

    /** Grants every demand once it is released. */
    private static final class BlockingLedger implements Ledger {
        private final CountDownLatch requested = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private final CountDownLatch withdrawn = new CountDownLatch(1);

        @Override
        public LedgerVerdict admit(Demand demand, Instant now) {
            requested.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new LedgerVerdict.Granted(RateLimits.NONE);
        }

        @Override
        public void withdraw(Demand demand) {
            withdrawn.countDown();
        }

        @Override
        public void close(Demand demand) {
            closed.countDown();
        }

        @Override
        public void renew(List<Demand> demands) {}
    }

    private final Scheduler workers = Schedulers.boundedElastic();
    private final BlockingLedger ledger = new BlockingLedger();
    private final SharedLedger shared = TestLedgers.shared(ledger);
    private final OpenAnswers answers =
            new OpenAnswers(new AnswerSettings(10, 10, LONG, LONG, Duration.ofMinutes(1), LONG), System::nanoTime);
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final SharedPool heap = new SharedPool(1_000_000, "Too many large requests are being read.");
    /** Completes when Kafka acknowledges what is sent. */
    private CompletableFuture<Void> acknowledged = CompletableFuture.completedFuture(null);

    private final EventPublisher publisher =
            new EventPublisher((event, callback) -> producer.send(event, (record, failure) -> {
                var _ = acknowledged.thenRun(() -> callback.onCompletion(record, failure));
            }));
    private final SharedPool places = new SharedPool(10, "Too many answers are open.");
    private final SharedPool backlogs = new SharedPool(BACKLOG, "Too many readers are slow.");
    private final RecentAnswers recent = new RecentAnswers();
    private final MutableClock quotaClock = MutableClock.epochUTC();
    private final List<PendingAnswer> open = new ArrayList<>();
    private History history = History.EMPTY;
    private Supplier<Deletions> deletions = () -> {
        throw new AssertionError("a request without a stored history does not wait for the deletions");
    };
    private final RequestAdmission admission = new RequestAdmission(
            new RequestReader(
                    new Authentication(key -> new KeyLookup.Valid(callerOf(key))),
                    new RequestBodies(
                            new WebSettings(SIZE, LONG, 10, SIZE, SIZE), new ConnectionSettings(10, LONG, LONG, SIZE)),
                    new HistorySupply(
                            (_, _, _) -> new Histories.Result.Found(history),
                            () -> deletions.get(),
                            IDS,
                            1,
                            PARSER,
                            SIZE,
                            workers),
                    new Escalations(new ModelAliases(List.of()), IDS),
                    heap,
                    workers,
                    CLOCK),
            new RequestEvents(IDS, () -> Optional.of(new ReplyAddress(0, 0))),
            new LimitCheck(shared, new Prices(List.of()), new ModelAliases(List.of()), CLOCK),
            answers,
            recent,
            places,
            backlogs,
            new MinuteQuota<>(CONVERSATION_BYTES, quotaClock),
            publisher,
            new ReaderPresence(publisher, LONG, workers, CLOCK),
            workers,
            CLOCK);

    private static Caller callerOf(String key) {
        return switch (key) {
            case "k" -> caller();
            case "one" -> caller(SINGLE, 1);
            default -> OTHER;
        };
    }

    private static Caller caller() {
        return caller(KEY, 9);
    }

    private static Caller caller(KeyId key, long openStreamsMax) {
        KeyLimits limited = Events.limits(limits -> {
            limits.openStreams = Optional.of(openStreamsMax);
            limits.models = List.of("m");
        });
        return new Caller(
                new TenantId("acme"),
                "k",
                OnDisconnect.CANCEL,
                Optional.of(key),
                limited,
                Set.of(),
                SimilarMode.STRICT,
                Optional.of(COSINE_MIN));
    }

    @AfterEach
    void close() {
        shared.close();
    }

    /** Else one key could fill the buffer of the Kafka client for all. */
    @Test
    void countsTheHeapUseOfARequestUntilItIsOnTheLog() {
        acknowledged = new CompletableFuture<>();
        ledger.released.countDown();
        assertThat(admission.admit(request(), PARSER).block()).isNotNull();
        assertThat(heap.taken()).isPositive();
        acknowledged.complete(null);
        await().until(() -> heap.taken() == 0);
    }

    @Test
    void cancelsARequestWhoseClientDisconnectsDuringTheCheckOfItsLimits() throws InterruptedException {
        var subscription = admission.admit(request(), PARSER).subscribe();
        ledger.requested.await();
        subscription.dispose();
        ledger.released.countDown();

        ledger.closed.await();
        await().until(() -> producer.history().size() == 2);
        assertThat(producer.history())
                .extracting(event -> event.topic())
                .containsExactly(Topics.REQUESTS.name(), Topics.COMMANDS.name());
        assertThat(answers.size()).isZero();
        assertThat(places.taken()).isZero();
    }

    @Test
    void boundsTheOpenAnswersOfAKey() throws InterruptedException {
        ledger.released.countDown();
        for (int i = 0; i < 5; i++) {
            open.add(admitted(request()));
        }
        assertThat(assertRefused(429, () -> admitted(request())).response().retryAfter())
                .isNotEmpty();
        assertThat(answers.size()).isEqualTo(5);
        open.forEach(admission::close);
        assertThat(places.taken()).isZero();
    }

    /** Else a key exceeds its limit by reading the first byte of each answer, while Claude answers all of them. */
    @Test
    void countsAStreamThatGoesOnWithoutItsReaderUntilItsGenerationIsOver() throws InterruptedException {
        ledger.released.countDown();
        PendingAnswer left = admitted(single("continue"));
        admission.close(left);
        admission.close(left);
        assertThat(places.taken()).isZero();
        assertOpenStreamsReached();
        shared.renew(CLOCK.instant());
        assertOpenStreamsReached();

        answers.offer(0, 1, new Delta.Recorded(left.generation(), 1, 0));
        assertThat(ledger.closed.await(10, TimeUnit.SECONDS)).isTrue();
        PendingAnswer cancelled = admitted(single("cancel"));
        admission.close(cancelled);
        PendingAnswer whole = admitted(single("continue"));
        answers.offer(0, 2, new Delta.Frames(whole.generation(), 1, 0, CacheVerdict.EXACT, new byte[1], true));
        admission.close(whole);
        admission.close(admitted(single("cancel")));
    }

    @Test
    void countsTheStreamOfAClientThatLeavesBeforeItsAnswerBegins() throws InterruptedException {
        ledger.released.countDown();
        CompletableFuture<PendingAnswer> admitted = new CompletableFuture<>();
        var subscription = admission
                .admit(single("continue"), PARSER)
                .doOnNext(admitted::complete)
                .flatMap(_ -> Mono.never())
                .subscribe();
        GenerationId generation = admitted.join().generation();
        subscription.dispose();
        assertThat(answers.size()).isZero();
        assertOpenStreamsReached();
        answers.offer(0, 1, new Delta.Recorded(generation, 1, 0));
        admission.close(admitted(single("continue")));
    }

    private void assertOpenStreamsReached() {
        assertThat(assertRefused(429, () -> admitted(single("continue")))
                        .error()
                        .message())
                .contains("limit of 1 open answers");
    }

    private static ServerRequest single(String onDisconnect) {
        return request("one", "", "x-parley-on-disconnect", onDisconnect);
    }

    /** Its turns are under one key of the table, which takes 1 MB a second: those of other conversations would wait behind them. */
    @Test
    void boundsTheBytesOfLargeRequestsOfANamedConversation() throws InterruptedException {
        ledger.released.countDown();
        answer(sized(40_000, "conv_1"));
        quotaClock.add(Duration.ofSeconds(10));
        var refused = assertRefused(429, () -> admitted(sized(10_000, "conv_1")));
        assertThat(refused.response().retryAfter()).isEqualTo("51");
        assertThat(refused.error().message()).contains("Wait, send less, or begin another conversation.");
        assertThat(ledger.withdrawn.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(places.taken()).isZero();
        assertThat(producer.history()).hasSize(1);

        assertRefused(429, () -> admitted(sized(100, "conv_1")));
        answer(sized(20_000, "conv_2"));
        answer(sized(9_000, "conv_2"));
        assertRefused(429, () -> admitted(sized(10_000, "conv_2")));
        answer(sized(100, "conv_2"));
        answer(sized("other", 20_000, "conv_1"));
        for (int i = 0; i < 4; i++) {
            answer(sized(20_000, ""));
        }
        quotaClock.add(Duration.ofSeconds(50));
        answer(sized(10_000, "conv_1"));
    }

    /** Else a client repeats a small request whose long answer is cached. */
    @Test
    void boundsTheBytesOfTheAnswersOfANamedConversation() {
        ledger.released.countDown();
        answer(sized(100, "conv_1"), 31_000);
        assertThat(assertRefused(429, () -> admitted(sized(100, "conv_1")))
                        .response()
                        .retryAfter())
                .isNotEmpty();
        answer(sized(100, "conv_2"), 20_000);
        answer(sized(100, "conv_2"), 20_000);
        assertRefused(429, () -> admitted(sized(100, "conv_2")));
        for (int i = 0; i < 2; i++) {
            answer(sized(100, ""), 31_000);
        }
        quotaClock.add(Duration.ofMinutes(1));
        answer(sized(100, "conv_1"));
    }

    /** Their turns are stored all the same, and the gateway does not learn how long those of the disconnected client are. */
    @Test
    void countsTheAnswersOfANamedConversationThatRunOrWhoseClientHasDisconnected() {
        ledger.released.countDown();
        PendingAnswer running = admitted(sized(20_000, "conv_1"));
        assertRefused(429, () -> admitted(sized(9_500, "conv_1")));
        end(running, 1);
        PendingAnswer left = admitted(sized(9_500, "conv_1"));
        admission.close(left);
        assertRefused(429, () -> admitted(sized(1, "conv_1")));
    }

    @ParameterizedTest
    @CsvSource({"30, 1", "29, 0", "1048576, 34952", "31457280, 1048576", "62914560, 1048576"})
    void estimatesAnAnswerByTheQuota(long quota, long estimate) {
        assertThat(RequestAdmission.answerEstimate(quota)).isEqualTo(estimate);
    }

    /** Else an operator that lowers the quota blocks conversations. */
    @Test
    void permitsConcurrentAnswersOfANamedConversationWithALowQuota() {
        ledger.released.countDown();
        for (int i = 0; i < 5; i++) {
            open.add(admitted(sized(100, "conv_1")));
        }
        open.forEach(admission::close);
    }

    @Test
    void returnsTheBytesOfARequestThatIsNotSent() {
        ledger.released.countDown();
        producer.sendException = new IllegalStateException("simulated");
        assertThatThrownBy(() -> admitted(sized(40_000, "conv_1"))).hasMessage("simulated");
        producer.sendException = new RecordTooLargeException("simulated");
        admission.close(admitted(sized(40_000, "conv_1")));
        producer.sendException = null;
        answer(sized(20_000, "conv_1"));
        answer(sized(9_000, "conv_1"));
    }

    /** It may be published later, and its turn is stored then. */
    @Test
    void countsTheBytesOfARequestThatWasNotPublishedInTime() {
        ledger.released.countDown();
        producer.sendException = new TimeoutException("Kafka is away");
        admission.close(admitted(sized(40_000, "conv_1")));
        producer.sendException = null;
        assertRefused(429, () -> admitted(sized(100, "conv_1")));
    }

    /** Else a client that repeats what has no place is refused for longer than places are missing. */
    @Test
    void takesNothingFromTheQuotaOfAConversationForARequestWithoutAPlace() {
        ledger.released.countDown();
        for (int i = 0; i < 5; i++) {
            open.add(admitted(request()));
        }
        for (int i = 0; i < 2; i++) {
            assertRefused(429, () -> admitted(sized(20_000, "conv_3")));
        }
        open.forEach(admission::close);
        answer(sized(20_000, "conv_3"));
    }

    private void answer(ServerRequest request) {
        answer(request, 1);
    }

    /** Has a request answered with so many bytes. */
    private void answer(ServerRequest request, int bytes) {
        end(admitted(request), bytes);
    }

    private void end(PendingAnswer pending, int bytes) {
        answers.offer(0, 0, new Delta.Frames(pending.generation(), 1, 0, CacheVerdict.EXACT, new byte[bytes], true));
        admission.close(pending);
    }

    private static ServerRequest sized(int bytes, String conversation) {
        return sized("k", bytes, conversation);
    }

    /** A request of about so many bytes, in a conversation that it names unless that is empty. */
    private static ServerRequest sized(String key, int bytes, String conversation) {
        HttpHeaders headers = new HttpHeaders();
        if (!conversation.isEmpty()) {
            headers.set("x-parley-conversation", conversation);
        }
        return request(key, headers, Flux.just(buffer("""
            {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"%s"}]}\
            """.formatted("x".repeat(bytes)))));
    }

    /** Else an outage of Kafka reserves the budgets of keys for half an hour. */
    @Test
    void releasesTheReservationOfARequestThatWasNotPublishedInTime() throws InterruptedException {
        ledger.released.countDown();
        PendingAnswer pending = admitted(request());
        admission.publicationTimedOut(pending);
        admission.close(pending);

        assertThat(ledger.withdrawn.await(10, TimeUnit.SECONDS)).isTrue();
        await().until(() -> producer.history().getLast().topic().equals(Topics.COMMANDS.name()));
    }

    @Test
    void releasesTheReservationOfAClientThatLeavesBeforeItsRequestCannotBePublished() throws InterruptedException {
        ledger.released.countDown();
        producer.sendException = new TimeoutException("Kafka is away");
        CountDownLatch admitted = new CountDownLatch(1);
        var subscription = admission
                .admit(request(), PARSER)
                .doOnNext(_ -> admitted.countDown())
                .flatMap(_ -> Mono.never())
                .subscribe();
        admitted.await();
        subscription.dispose();
        assertThat(ledger.withdrawn.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void oneKeyCannotFillTheHeapWithAnswersThatItDoesNotRead() {
        ledger.released.countDown();
        assertThat(begun(request())).isInstanceOf(Opening.Begun.class);
        assertThat(begun(request())).isInstanceOf(Opening.Begun.class);
        assertThat(begun(request())).isInstanceOfSatisfying(Opening.Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(529);
            assertThat(refused.retryAfter()).isNotEmpty();
        });
        assertThat(begun(request("other", ""))).isInstanceOf(Opening.Begun.class);
        open.forEach(admission::close);
        assertThat(backlogs.taken()).isZero();
    }

    /** Has a request answered, and reads nothing of it. */
    private Opening begun(ServerRequest request) {
        PendingAnswer pending = admitted(request);
        open.add(pending);
        answers.offer(
                0, 0, new Delta.Frames(pending.generation(), 1, 0, CacheVerdict.EXACT, new byte[BACKLOG / 4], true));
        return pending.answer().opening().blockOptional().orElseThrow();
    }

    @Test
    void remembersTheAnswerThatAClientHasAsTheLastOfItsConversation() {
        ledger.released.countDown();
        begun(request());
        PendingAnswer answered = open.getFirst();
        assertThat(recent.lastEnded(new ConversationName(answered.reader().tenant(), answered.conversation())))
                .contains(answered.generation());
        admission.close(answered);
    }

    @Test
    void doesNotShareARequestWithAThreadOfClaude() {
        ledger.released.countDown();
        PendingAnswer pending = admitted(request("\"thread\":{\"type\":\"create\"},"));
        assertThat(pending.cachePolicy()).isEqualTo(CachePolicy.NO_STORE);
        admission.close(pending);
    }

    /** Else inference-service would let a fallback model answer that the key may not use. */
    @Test
    void tellsWhichModelsTheKeyMayUse() {
        ledger.released.countDown();
        admission.close(admitted(request()));
        admission.close(admitted(request("other", "")));
        assertThat(producer.history())
                .extracting(event -> RequestCodec.decodeChatRequested(event.headers(), event.value())
                        .permittedModels())
                .containsExactly(new PermittedModels(List.of("m")), PermittedModels.ALL);
    }

    @Test
    void tellsHowReadilyAnAnswerIsReused() {
        ledger.released.countDown();
        admission.close(admitted(request()));
        admission.close(admitted(request("other", "")));
        assertThat(producer.history())
                .extracting(event -> RequestCodec.decodeChatRequested(event.headers(), event.value())
                        .similar())
                .satisfiesExactly(
                        similar -> assertThat(similar).hasValueSatisfying(question -> {
                            assertThat(question.mode()).isEqualTo(SimilarMode.STRICT);
                            assertThat(question.cosineMin()).contains(COSINE_MIN);
                        }),
                        similar -> assertThat(similar).isEmpty());
    }

    /** It is not forwarded, so Claude would attribute the request to another customer. */
    @Test
    void refusesARequestForAUserProfile() {
        ledger.released.countDown();
        ServerRequest request = request("k", "", "anthropic-user-profile-id", "uprof_1");
        assertThat(assertRefused(400, () -> admitted(request)).error().message())
                .startsWith("anthropic-user-profile-id: ");
        assertThat(producer.history()).isEmpty();
    }

    /** Its turn would contain the deleted messages, and be made after the deletion. */
    @Test
    void refusesARequestWhoseHistoryIsDeletedWhileItsBodyArrives() {
        ledger.released.countDown();
        Deletions known = new Deletions();
        deletions = () -> known;
        PendingAnswer continued = admitted(continuing(() -> {}));
        admission.close(continued);
        assertThat(producer.history()).hasSize(1);

        ServerRequest deleted = continuing(() -> known.add(
                new ConversationDeleted(RequestId.next(CLOCK), caller().tenant(), CONVERSATION, CLOCK.instant(), "")));
        assertThat(assertRefused(503, () -> admitted(deleted)).response().retryAfter())
                .isNotEmpty();
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void refusesARequestWithAHistoryWhileItIsUnknownWhetherThatIsDeleted() {
        deletions = () -> {
            throw new TimeoutException("Kafka is away");
        };
        assertRefused(503, () -> admitted(continuing(() -> {})));
        assertThat(producer.history()).isEmpty();
    }

    /** A request with a stored history, and what happens before its body arrives. */
    private ServerRequest continuing(Runnable meanwhile) {
        GenerationId last = SIGNER.next(CLOCK, 0, caller().tenant(), AnswerFormat.MESSAGES, Optional.empty());
        history = new History(
                List.of(RawJson.of(JsonMapper.shared().readTree("{\"role\":\"user\",\"content\":\"Earlier\"}"))),
                SystemAndTools.NONE,
                Optional.of(new LastAnswer(last, "m", "m", "end_turn", Optional.empty())));
        HttpHeaders headers = new HttpHeaders();
        headers.set("x-parley-conversation", CONVERSATION.value());
        headers.set("x-parley-history", "stored");
        return request("k", headers, Flux.defer(() -> {
            meanwhile.run();
            return Flux.just(
                    buffer("{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"));
        }));
    }

    private PendingAnswer admitted(ServerRequest request) {
        return admission.admit(request, PARSER).blockOptional().orElseThrow();
    }

    private static ServerRequest request() {
        return request("");
    }

    private static ServerRequest request(String parameters) {
        return request("k", parameters);
    }

    private static ServerRequest request(String key, String parameters) {
        return request(key, parameters, "x-test", "");
    }

    private static ServerRequest request(String key, String parameters, String header, String value) {
        String body = """
            {"model":"m",%s"max_tokens":1,"messages":[{"role":"user","content":"hi"}]}\
            """.formatted(parameters);
        HttpHeaders headers = new HttpHeaders();
        headers.set(header, value);
        return request(key, headers, Flux.just(buffer(body)));
    }

    private static ServerRequest request(String key, HttpHeaders headers, Flux<DataBuffer> body) {
        return ServerRequest.create(
                MockServerWebExchange.from(MockServerHttpRequest.post("/v1/messages")
                        .headers(headers)
                        .header("x-api-key", key)
                        .body(body)),
                List.of());
    }

    private static DataBuffer buffer(String text) {
        return DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(UTF_8));
    }
}
