package dev.parley.gateway.web.conversations;

import static dev.parley.gateway.web.response.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.conversations.EncodedTurn;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** The memory of pages. */
class ConversationsHandlerTest {
    private static final long HEAP = 100_000_000;

    private final SharedPool heap = new SharedPool(HEAP, "Too many large requests are being read.");
    private final SharedPool reads = new SharedPool(4, "Too many conversations are being read.");
    private final Table table = new Table();
    private final ConversationsHandler handler =
            new ConversationsHandler(ConversationTable.callers(), table.reader(), reads, heap);

    /** A conversation of two turns, whose bodies are stored in parts. */
    private final class Table extends ConversationTable {
        /** What is taken of the heap when the parts of a turn are read. */
        private final List<Long> taken = new ArrayList<>();

        Table() {
            super(2, Table::incompressible);
        }

        private static String incompressible(int seed) {
            byte[] bytes = new byte[1_000_000];
            new Random(seed).nextBytes(bytes);
            return Base64.getEncoder().encodeToString(bytes);
        }

        @Override
        public QueryResponse query(QueryRequest request) {
            if (request.filterExpression() != null) {
                return super.query(request);
            }
            EncodedTurn turn = turns.get(taken.size());
            taken.add(heap.taken());
            return QueryResponse.builder()
                    .items(turn.parts(Instant.now().plus(LONG)))
                    .build();
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
            try (Reservation own = heap.reservation(ConversationTable.CALLER.identity())) {
                // A fifth of the heap is the share of a key.
                own.take(HEAP / 5 - 3 * table.bytes.getFirst());
                assertRefused(429, this::read);
            }
            assertThat(table.taken).as("turns that were read").hasSize(1);
            assertThat(heap.taken()).isEqualTo(HEAP / 2);
            assertThat(reads.taken()).isZero();
        }
    }

    private ServerResponse read() {
        MockServerWebExchange exchange = ConversationTable.exchange("/v1/conversations/conv_1?limit=100");
        ServerRequest request = ServerRequest.create(exchange, List.<HttpMessageReader<?>>of());
        return handler.read(request).blockOptional().orElseThrow();
    }
}
