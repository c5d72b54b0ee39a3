package dev.parley.gateway.web.conversations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.DynamoDbSettings;
import dev.parley.conversations.EncodedTurn;
import dev.parley.gateway.SampleConversation;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.conversation.DeletionSettings;
import dev.parley.gateway.conversation.HistorySettings;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.KeyLookup;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.ApiErrorException;
import dev.parley.gateway.web.Authentication;
import dev.parley.gateway.web.CallerRequests;
import dev.parley.gateway.web.ConnectionSettings;
import dev.parley.gateway.web.RequestBodies;
import dev.parley.gateway.web.WebSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.ViewResolver;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

class ExportHandlerTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final DataSize SIZE = DataSize.ofKilobytes(1);
    /** One export at once. */
    private static final ConversationSettings SETTINGS = new ConversationSettings(
            "conversations",
            new DynamoDbSettings("", "eu-central-1", LONG, LONG, LONG, 0, 1),
            LONG,
            1,
            1,
            1,
            new DeletionSettings(1, 5, LONG),
            new HistorySettings(LONG, 1, "persistence-worker"));

    private static final Caller CALLER = new Caller(SampleConversation.ACME, "ada", OnDisconnect.GRACE, Set.of());

    private final Table table = new Table();
    private final Scheduler workers = Schedulers.fromExecutorService(Executors.newVirtualThreadPerTaskExecutor());
    private final ExportHandler handler = new ExportHandler(
            new CallerRequests(
                    new Authentication(_ -> new KeyLookup.Valid(CALLER)),
                    new RequestBodies(
                            new WebSettings(SIZE, LONG, 10, SIZE, SIZE), new ConnectionSettings(10, LONG, LONG, SIZE)),
                    Schedulers.immediate()),
            new ConversationReader(table, "conversations", Clock.systemUTC()),
            SETTINGS,
            new ResumeSettings(1, 1, LONG),
            workers);

    /** A conversation of two pages. Reading the second one takes until it is permitted, also if it is interrupted. */
    private static final class Table implements DynamoDbClient {
        private final CountDownLatch reading = new CountDownLatch(1);
        private final CountDownLatch permitted = new CountDownLatch(1);
        private final AtomicInteger pages = new AtomicInteger();
        private final List<EncodedTurn> turns;

        Table() {
            var sample = new SampleConversation(
                    new ConversationId("conv_1"), Instant.now().minusSeconds(100));
            turns = Stream.generate(() -> sample.turn("Why?", "So."))
                    .limit(11)
                    .map(Table::encoded)
                    .toList();
        }

        private static EncodedTurn encoded(ChatCompleted turn) {
            return EncodedTurn.of(turn, TurnCodec.CHAT_COMPLETED, TurnCodec.MAPPER.writeValueAsBytes(turn));
        }

        @Override
        public GetItemResponse getItem(GetItemRequest request) {
            if (pages.incrementAndGet() == 2) {
                reading.countDown();
                while (permitted.getCount() > 0) {
                    try {
                        permitted.await();
                    } catch (InterruptedException e) {
                        // Like a computation, it goes on.
                    }
                }
            }
            return ConversationHead.of("conv_1", request);
        }

        @Override
        public QueryResponse query(QueryRequest request) {
            Instant later = Instant.now().plus(LONG);
            return QueryResponse.builder()
                    .items(turns.stream().map(turn -> turn.head(later, later)).toList())
                    .build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @AfterEach
    void stop() {
        table.permitted.countDown();
        workers.dispose();
    }

    @Test
    void holdsItsPlaceWhileAPartIsMadeForAClientThatHasLeft() throws InterruptedException {
        Disposable connection = written().subscribe();
        assertThat(table.reading.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        connection.dispose();
        assertThatThrownBy(() -> response().block())
                .isInstanceOfSatisfying(
                        ApiErrorException.class,
                        e -> assertThat(e.error().message()).contains("Too many conversations are exported."));

        table.permitted.countDown();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(response().block()).isNotNull());
    }

    private Mono<ServerResponse> response() {
        return handler.export(ServerRequest.create(exchange(), List.<HttpMessageReader<?>>of()));
    }

    /** Exports the conversation to a client that takes everything. */
    private Mono<Void> written() {
        MockServerWebExchange exchange = exchange();
        exchange.getResponse().setWriteHandler(Flux::then);
        return handler.export(ServerRequest.create(exchange, List.<HttpMessageReader<?>>of()))
                .flatMap(response -> response.writeTo(exchange, new Writers()));
    }

    private static MockServerWebExchange exchange() {
        MockServerWebExchange exchange =
                MockServerWebExchange.from(MockServerHttpRequest.get("/v1/conversations/conv_1/export")
                        .header("x-api-key", "k")
                        .build());
        exchange.getAttributes().put(RouterFunctions.URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of("id", "conv_1"));
        return exchange;
    }

    private static final class Writers implements ServerResponse.Context {
        private final HandlerStrategies strategies = HandlerStrategies.withDefaults();

        @Override
        public List<HttpMessageWriter<?>> messageWriters() {
            return strategies.messageWriters();
        }

        @Override
        public List<ViewResolver> viewResolvers() {
            return strategies.viewResolvers();
        }
    }
}
