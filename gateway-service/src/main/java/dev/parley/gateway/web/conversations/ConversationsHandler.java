package dev.parley.gateway.web.conversations;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.ConversationReader.TurnPage;
import dev.parley.gateway.conversation.TitleSearch;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.connection.WholeBody;
import dev.parley.gateway.web.input.CallerRequests;
import dev.parley.gateway.web.pool.ObservedResponse;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.response.StoredReads;
import java.util.function.BiFunction;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code GET /v1/conversations} and {@code GET /v1/conversations/{id}}: the stored conversations of the caller's
 * tenant. Both are paged by {@code limit} (1 to 100, default 20) and {@code after} (the {@code next} of the previous
 * page). The list is filtered by {@code user}, by default the name of the key, and by {@code query}, words of the
 * title. The turns are ordered by {@code order}: {@code asc} (oldest first, the default) or {@code desc}.
 */
public final class ConversationsHandler {
    private static final String DEFAULT_LIMIT = "20";

    private final CallerRequests callers;
    private final ConversationReader reader;
    private final SharedPool places;
    /** Bounds the bytes of responses, from the reading until clients have received them. */
    private final SharedPool heap;

    public ConversationsHandler(
            CallerRequests callers, ConversationReader reader, SharedPool conversationReads, SharedPool requestHeap) {
        this.places = conversationReads;
        this.heap = requestHeap;
        this.callers = callers;
        this.reader = reader;
    }

    public Mono<ServerResponse> list(ServerRequest request) {
        return answer(
                request,
                (caller, _) -> reader.list(
                        caller.tenant(),
                        request.queryParam("user").orElse(caller.keyName()),
                        limit(request),
                        request.queryParam("after"),
                        request.queryParam("query")
                                .filter(query -> !query.isBlank())
                                .map(TitleSearch::of)));
    }

    public Mono<ServerResponse> read(ServerRequest request) {
        return answer(
                request,
                (caller, held) -> reader.read(
                                caller.tenant(),
                                new ConversationId(request.pathVariable("id")),
                                new TurnPage(
                                        limit(request),
                                        order(request),
                                        request.queryParam("after").map(GenerationId::new)),
                                bytes -> held.take(WholeBody.bytesHeld(bytes)))
                        .orElseThrow(StoredReads::noSuchConversation));
    }

    private Mono<ServerResponse> answer(ServerRequest request, BiFunction<Caller, Reservation, Object> lookUp) {
        return StoredReads.explained(callers.caller(request).flatMap(caller -> respond(caller, lookUp)));
    }

    /**
     * Responds, holding its place and its bytes until the client has received everything. A page of turns may have 16 MB, so it
     * counts while it is read, turn by turn: a bound for all pages would refuse small ones.
     */
    private Mono<ServerResponse> respond(Caller caller, BiFunction<Caller, Reservation, Object> lookUp) {
        Reservation place = places.take(caller.identity());
        Reservation held = heap.reservation(caller.identity());
        return ObservedResponse.of(
                () -> {
                    byte[] found = TurnCodec.MAPPER.writeValueAsBytes(lookUp.apply(caller, held));
                    held.hold(WholeBody.bytesHeld(found.length));
                    return ServerResponse.ok()
                            .contentType(MediaType.APPLICATION_JSON)
                            .contentLength(found.length)
                            .build((exchange, _) -> WholeBody.write(found, exchange.getResponse())
                                    .then());
                },
                place,
                held);
    }

    private static int limit(ServerRequest request) {
        return Integer.parseInt(request.queryParam("limit").orElse(DEFAULT_LIMIT));
    }

    private static TurnPage.Order order(ServerRequest request) {
        return switch (request.queryParam("order").orElse("asc")) {
            case "asc" -> TurnPage.Order.OLDEST_FIRST;
            case "desc" -> TurnPage.Order.NEWEST_FIRST;
            default -> throw new IllegalArgumentException("order is asc or desc");
        };
    }
}
