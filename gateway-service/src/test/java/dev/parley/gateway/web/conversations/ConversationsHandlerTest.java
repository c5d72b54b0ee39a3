package dev.parley.gateway.web.conversations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.EncodedTurn;
import dev.parley.gateway.SampleConversation;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.KeyLookup;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.ApiErrorException;
import dev.parley.gateway.web.Authentication;
import dev.parley.gateway.web.CallerRequests;
import dev.parley.gateway.web.ConnectionSettings;
import dev.parley.gateway.web.RequestBodies;
import dev.parley.gateway.web.RequestPlaces;
import dev.parley.gateway.web.RequestPlaces.Reservation;
import dev.parley.gateway.web.WebSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** The memory of pages. */
class ConversationsHandlerTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final DataSize SIZE = DataSize.ofKilobytes(1);
    private static final Caller CALLER = new Caller(SampleConversation.ACME, "ada", OnDisconnect.GRACE, Set.of());
    private static final long HEAP = 100_000_000;

    private final RequestPlaces heap = new RequestPlaces(HEAP, "Too many large requests are being read.");
    private final RequestPlaces reads = new RequestPlaces(4, "Too many conversations are being read.");
    private final Table table = new Table();
    private final ConversationsHandler handler = new ConversationsHandler(
            new CallerRequests(
                    new Authentication(_ -> new KeyLookup.Valid(CALLER)),
                    new RequestBodies(
                            new WebSettings(SIZE, LONG, 10, SIZE, SIZE), new ConnectionSettings(10, LONG, LONG, SIZE)),
                    Schedulers.immediate()),
            new ConversationReader(table, "conversations", Clock.systemUTC()),
            reads,
            heap);

    /** A conversation of two turns, whose bodies are stored in parts. */
    private final class Table implements DynamoDbClient {
        private final ConversationId conversation = new ConversationId("conv_1");
        private final List<EncodedTurn> turns = new ArrayList<>();
        private final List<Long> bytes = new ArrayList<>();
        /** What is taken of the heap when the parts of a turn are read. */
        private final List<Long> taken = new ArrayList<>();

        Table() {
            var sample = new SampleConversation(conversation, Instant.now().minusSeconds(100));
            for (int seed = 0; seed < 2; seed++) {
                ChatCompleted turn = sample.turn(incompressible(seed), "Yes.");
                byte[] event = TurnCodec.MAPPER.writeValueAsBytes(turn);
                turns.add(EncodedTurn.of(turn, TurnCodec.CHAT_COMPLETED, event));
                bytes.add((long) event.length);
            }
        }

        private static String incompressible(int seed) {
            byte[] bytes = new byte[1_000_000];
            new Random(seed).nextBytes(bytes);
            return Base64.getEncoder().encodeToString(bytes);
        }

        @Override
        public GetItemResponse getItem(GetItemRequest request) {
            return ConversationHead.of(conversation.value(), request);
        }

        @Override
        public QueryResponse query(QueryRequest request) {
            Instant later = Instant.now().plus(LONG);
            if (request.filterExpression() != null) {
                return QueryResponse.builder()
                        .items(turns.stream()
                                .map(turn -> turn.head(later, later))
                                .toList())
                        .build();
            }
            EncodedTurn turn = turns.get(taken.size());
            taken.add(heap.taken());
            return QueryResponse.builder().items(turn.parts(later)).build();
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

    @Test
    void aPageCountsBeforeItIsRead() {
        ServerResponse response = read();
        long first = 2 * table.bytes.getFirst();
        assertThat(table.taken).containsExactly(first, first + 2 * table.bytes.getLast());
        assertThat(heap.taken())
                .as("once it is written, its exact size")
                .isEqualTo(2 * response.headers().getContentLength());
    }

    @Test
    void aPageForWhichNoHeapIsLeftIsRefusedWhileItIsRead() {
        try (Reservation others = heap.reservation("others")) {
            others.take(HEAP / 2);
            try (Reservation own = heap.reservation(CALLER.identity())) {
                // A fifth of the heap is the share of a key.
                own.take(HEAP / 5 - 3 * table.bytes.getFirst());
                assertThatThrownBy(this::read)
                        .isInstanceOfSatisfying(
                                ApiErrorException.class,
                                e -> assertThat(e.error().status()).isEqualTo(429));
            }
            assertThat(table.taken).as("turns that were read").hasSize(1);
            assertThat(heap.taken()).isEqualTo(HEAP / 2);
            assertThat(reads.taken()).isZero();
        }
    }

    private ServerResponse read() {
        var http = MockServerHttpRequest.get("/v1/conversations/conv_1?limit=100")
                .header("x-api-key", "k")
                .build();
        ServerRequest request = ServerRequest.create(MockServerWebExchange.from(http), List.<HttpMessageReader<?>>of());
        request.exchange()
                .getAttributes()
                .put(RouterFunctions.URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of("id", "conv_1"));
        return handler.read(request).blockOptional().orElseThrow();
    }
}
