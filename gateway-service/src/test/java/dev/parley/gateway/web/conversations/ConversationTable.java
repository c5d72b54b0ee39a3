package dev.parley.gateway.web.conversations;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.EncodedTurn;
import dev.parley.gateway.SampleConversation;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.KeyLookup;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.connection.ConnectionSettings;
import dev.parley.gateway.web.input.Authentication;
import dev.parley.gateway.web.input.CallerRequests;
import dev.parley.gateway.web.input.RequestBodies;
import dev.parley.gateway.web.input.WebSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.RouterFunctions;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** A stored conversation, {@code conv_1}, and requests for it. */
class ConversationTable implements DynamoDbClient {
    static final Duration LONG = Duration.ofSeconds(20);
    static final Caller CALLER = new Caller(SampleConversation.ACME, "ada", OnDisconnect.GRACE, Set.of());

    private static final DataSize SIZE = DataSize.ofKilobytes(1);

    final List<EncodedTurn> turns = new ArrayList<>();
    /** The sizes of the turns. */
    final List<Long> bytes = new ArrayList<>();

    ConversationTable(int turnCount, IntFunction<String> questions) {
        var sample = new SampleConversation(
                new ConversationId("conv_1"), Instant.now().minusSeconds(100));
        for (int i = 0; i < turnCount; i++) {
            ChatCompleted turn = sample.turn(questions.apply(i), "Yes.");
            byte[] event = TurnCodec.MAPPER.writeValueAsBytes(turn);
            turns.add(EncodedTurn.of(turn, event));
            bytes.add((long) event.length);
        }
    }

    static CallerRequests callers() {
        return new CallerRequests(
                new Authentication(_ -> new KeyLookup.Valid(CALLER)),
                new RequestBodies(
                        new WebSettings(SIZE, LONG, 10, SIZE, SIZE), new ConnectionSettings(10, LONG, LONG, SIZE)),
                Schedulers.immediate());
    }

    static MockServerWebExchange exchange(String address) {
        var exchange = MockServerWebExchange.from(
                MockServerHttpRequest.get(address).header("x-api-key", "k").build());
        exchange.getAttributes().put(RouterFunctions.URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of("id", "conv_1"));
        return exchange;
    }

    ConversationReader reader() {
        return new ConversationReader(this, "conversations", Clock.systemUTC());
    }

    /** What the table has of the conversation itself. */
    @Override
    public GetItemResponse getItem(GetItemRequest request) {
        Map<String, AttributeValue> head = new HashMap<>(request.key());
        Map.of(
                        "conversation", "conv_1",
                        "first_generation", "gen_019b76daa800" + "0".repeat(20),
                        "title", "Logs",
                        "user", "ada",
                        "created_at", "2026-01-01T00:00:00.000000Z",
                        "updated_at", "2026-01-01T00:00:01.000000Z")
                .forEach((name, value) -> head.put(name, AttributeValue.fromS(value)));
        return GetItemResponse.builder().item(head).build();
    }

    /** What it has of all turns, without their parts. */
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
