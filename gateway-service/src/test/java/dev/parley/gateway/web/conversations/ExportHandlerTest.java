package dev.parley.gateway.web.conversations;

import static dev.parley.gateway.web.response.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.conversations.DynamoDbSettings;
import dev.parley.gateway.conversation.DeletionSettings;
import dev.parley.gateway.conversation.HistorySettings;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.response.ApiErrorException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.ViewResolver;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

class ExportHandlerTest {
    private static final Duration LONG = ConversationTable.LONG;
    /** 128 chunks of 16 KiB, on the heap and in direct memory. */
    private static final long EXPORT_BYTES = 4L * 1024 * 1024;

    /** Two exports and a page are less than half of it, which one key may have. */
    private static final long HEAP = 5 * EXPORT_BYTES;

    /** One export at once. */
    private static final ConversationSettings SETTINGS = new ConversationSettings(
            "conversations",
            new DynamoDbSettings("", "eu-central-1", LONG, LONG, LONG, 1, 3),
            LONG,
            1,
            1,
            DataSize.ofMegabytes(1),
            1,
            new DeletionSettings(1, 10, LONG),
            new HistorySettings(LONG, 1, "persistence-worker"));

    private final Table table = new Table();
    private final SharedPool heap = new SharedPool(HEAP, "Too many large requests are being read.");

    private final Scheduler workers = Schedulers.fromExecutorService(Executors.newVirtualThreadPerTaskExecutor());
    private final ExportHandler handler =
            new ExportHandler(ConversationTable.callers(), table.reader(), SETTINGS, heap, workers);

    /** A conversation of two pages. Reading the second one takes until it is permitted, also if it is interrupted. */
    private static final class Table extends ConversationTable {
        private final CountDownLatch reading = new CountDownLatch(1);
        private final CountDownLatch permitted = new CountDownLatch(1);
        private final AtomicInteger pages = new AtomicInteger();
        /** Of each item that was read, as long as it is in memory. */
        private final List<WeakReference<String>> titles = new CopyOnWriteArrayList<>();

        Table() {
            super(11, _ -> "Why?");
        }

        @Override
        public GetItemResponse getItem(GetItemRequest request) {
            int page = pages.incrementAndGet();
            if (page == 2) {
                reading.countDown();
                while (permitted.getCount() > 0) {
                    try {
                        permitted.await();
                    } catch (InterruptedException e) {
                        // Like a computation, it goes on.
                    }
                }
            }
            String title = "Logs " + page;
            titles.add(new WeakReference<>(title));
            Map<String, AttributeValue> item =
                    new HashMap<>(super.getItem(request).item());
            item.put("title", AttributeValue.fromS(title));
            return GetItemResponse.builder().item(item).build();
        }
    }

    @AfterEach
    void stop() {
        table.permitted.countDown();
        workers.dispose();
    }

    @Test
    void holdsItsPlaceWhileAPartIsMadeForAClientThatHasLeft() throws InterruptedException {
        Disposable connection = written(Flux::then).subscribe();
        assertThat(table.reading.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        connection.dispose();
        assertThat(assertRefused(529, () -> response().block()).error().message())
                .contains("Too many conversations are exported.");

        table.permitted.countDown();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(response().block()).isNotNull());
    }

    @Test
    void holdsNoPlaceWhileASlowClientTakesTheEnd() {
        table.permitted.countDown();
        Disposable connection = written(file -> file.then(Mono.never())).subscribe();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(response().block()).isNotNull());
        connection.dispose();
    }

    /** A page may have 16 MB, also if its file is small. */
    @Test
    void letsGoOfThePagesBeforeASlowClientHasTakenTheEnd() {
        table.permitted.countDown();
        Disposable connection = stalled();
        await().untilAsserted(() -> {
            System.gc();
            // Of two pages, and again at the end.
            assertThat(table.titles).hasSize(3).allMatch(title -> title.refersTo(null));
        });
        connection.dispose();
    }

    /** A file that is made needs no place, but its bytes are in memory. */
    @Test
    void countsWhatSlowClientsHaveNotTakenUntilTheirConnectionsEnd() {
        table.permitted.countDown();
        Disposable first = stalled();
        Disposable second = stalled();
        await().untilAsserted(() -> assertThat(
                        assertRefused(429, () -> response().block()).error().message())
                .contains("Too many large requests are being read."));
        assertThat(heap.taken()).isEqualTo(2 * EXPORT_BYTES);

        first.dispose();
        assertThat(heap.taken()).isEqualTo(EXPORT_BYTES);
        assertThat(response().block()).as("another one").isNotNull();
        second.dispose();
        assertThat(heap.taken()).isEqualTo(EXPORT_BYTES + firstPage());
    }

    @Test
    void countsAPageUntilTheNextOneIsRead() throws InterruptedException {
        MockServerWebExchange exchange = exchange();
        ServerResponse response = response(exchange).blockOptional().orElseThrow();
        assertThat(heap.taken()).isEqualTo(EXPORT_BYTES + firstPage());

        CompletableFuture<@Nullable Void> connection =
                response.writeTo(exchange, new Writers()).toFuture();
        assertThat(table.reading.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(heap.taken()).isEqualTo(EXPORT_BYTES);

        table.permitted.countDown();
        assertThat(connection).succeedsWithin(LONG);
        await().until(() -> heap.taken() == 0);
    }

    @Test
    void refusesAnExportWithoutHeapForItsFirstPage() {
        table.permitted.countDown();
        List<Reservation> others = others();
        assertRefused(529, () -> response().block());
        assertThat(heap.taken()).isEqualTo(HEAP - EXPORT_BYTES);

        others.forEach(Reservation::close);
        assertThat(response().block()).as("its place is free").isNotNull();
    }

    @Test
    void breaksTheConnectionWithoutHeapForAPage() throws InterruptedException {
        CompletableFuture<@Nullable Void> connection = written(Flux::then).toFuture();
        assertThat(table.reading.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        List<Reservation> others = others();
        table.permitted.countDown();
        assertThat(connection)
                .failsWithin(LONG)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ApiErrorException.class);
        others.forEach(Reservation::close);
        await().until(() -> heap.taken() == 0);
    }

    /** Four other keys, each with its share, so that one export has the rest of the heap. */
    private List<Reservation> others() {
        List<Reservation> others =
                Stream.of("b", "c", "d", "e").map(heap::reservation).toList();
        others.forEach(other -> other.take(EXPORT_BYTES));
        return others;
    }

    private long firstPage() {
        return 2 * table.bytes.stream().limit(10).mapToLong(bytes -> bytes).sum();
    }

    /** Exports the conversation, as soon as there is a place, to a client that takes nothing of what is buffered. */
    private Disposable stalled() {
        MockServerWebExchange exchange = exchange();
        exchange.getResponse().setWriteHandler(file -> file.then(Mono.never()));
        return await().ignoreExceptions()
                .until(() -> response(exchange).blockOptional().orElseThrow(), Objects::nonNull)
                .writeTo(exchange, new Writers())
                .subscribe();
    }

    private Mono<ServerResponse> response() {
        return response(exchange());
    }

    private Mono<ServerResponse> response(MockServerWebExchange exchange) {
        return handler.export(ServerRequest.create(exchange, List.<HttpMessageReader<?>>of()));
    }

    /** Exports the conversation to a client. */
    private Mono<Void> written(Function<Flux<DataBuffer>, Mono<Void>> client) {
        MockServerWebExchange exchange = exchange();
        exchange.getResponse().setWriteHandler(client);
        return response(exchange).flatMap(response -> response.writeTo(exchange, new Writers()));
    }

    private static MockServerWebExchange exchange() {
        return ConversationTable.exchange("/v1/conversations/conv_1/export");
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
