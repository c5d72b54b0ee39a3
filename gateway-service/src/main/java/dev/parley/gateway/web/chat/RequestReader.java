package dev.parley.gateway.web.chat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.json.Utf8;
import dev.parley.gateway.conversation.LastAnswer;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.input.Authentication;
import dev.parley.gateway.web.input.RequestBodies;
import dev.parley.gateway.web.input.RequestValue;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.HeaderNames;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Reads a request: authenticates its key, then reads conversation, user and policy from the headers, the body, and the stored
 * history if the client asks for it. The history is read while the body arrives.
 */
public final class RequestReader {
    /**
     * A request that was read.
     *
     * @param named whether the client has named the conversation; else it is a new one
     * @param user within the tenant: as the request names it, else as Open WebUI names it, else the name of the key
     * @param onDisconnect what happens to the answer when its reader disconnects
     * @param alias the alias that it names; empty if it names a model
     * @param escalates an earlier answer that did not suffice, so that the stronger model of the alias answers
     * @param continued the last turn of the stored history before its messages, if it has one
     * @param heap its estimated heap use, until the Mono of its use has ended
     */
    record ReceivedRequest(
            Caller caller,
            ConversationId conversation,
            boolean named,
            String user,
            OnDisconnect onDisconnect,
            Accepted request,
            Optional<String> alias,
            Optional<GenerationId> escalates,
            Optional<GenerationId> continued,
            Reservation heap) {}

    private final Authentication authentication;
    private final RequestBodies bodies;
    private final HistorySupply histories;
    private final Escalations escalations;
    /** Estimated bytes of requests until they are on the log, and of others; one request may take half of all. */
    private final SharedPool heap;
    /** Parse bodies, because a large one would block an event loop. */
    private final Scheduler workers;

    private final Clock clock;

    public RequestReader(
            Authentication authentication,
            RequestBodies bodies,
            HistorySupply histories,
            Escalations escalations,
            SharedPool requestHeap,
            Scheduler workers,
            Clock clock) {
        this.authentication = authentication;
        this.bodies = bodies;
        this.histories = histories;
        this.escalations = escalations;
        this.heap = requestHeap;
        this.workers = workers;
        this.clock = clock;
    }

    /**
     * Reads a request and uses it, on a worker; or an {@link ApiErrorException}. The body and its estimated heap use count until the
     * Mono of the use has ended.
     *
     * @param parser of the body, in the API of the request
     */
    <T> Mono<T> read(ServerRequest request, BodyParser parser, Function<ReceivedRequest, Mono<T>> use) {
        HttpHeaders headers = request.headers().asHttpHeaders();
        HttpHeaders response = request.exchange().getResponse().getHeaders();
        return authentication
                .check(headers)
                .flatMap(caller -> bodies.with(
                        request,
                        caller.identity(),
                        body -> Mono.using(
                                () -> heap.reservation(caller.identity()),
                                reservation -> read(caller, headers, body, parser, reservation)
                                        .doOnNext(received -> warn(received, response))
                                        .flatMap(use),
                                Reservation::close)));
    }

    private Mono<ReceivedRequest> read(
            Caller caller, HttpHeaders headers, Mono<byte[]> body, BodyParser parser, Reservation reservation) {
        Optional<ConversationId> named = conversation(headers);
        ConversationId conversation = named.orElseGet(() -> ConversationId.next(clock));
        OnDisconnect onDisconnect = onDisconnect(headers).orElse(caller.onDisconnect());
        Mono<Accepted> request = body.publishOn(workers).map(bytes -> parse(bytes, parser, reservation, 0));
        // The history first: without one, the request is the last to come, so the worker that has parsed it continues.
        return Mono.zip(
                histories.of(headers, caller, named, reservation),
                request,
                (history, accepted) -> new ReceivedRequest(
                        caller,
                        conversation,
                        named.isPresent(),
                        user(accepted, headers, caller),
                        onDisconnect,
                        histories.joined(
                                history,
                                accepted,
                                (whole, historyParser) ->
                                        parse(whole, historyParser, reservation, history.heapBytes())),
                        escalations.alias(accepted.model()),
                        escalations.of(headers, caller.tenant(), accepted.model(), history),
                        history.last().map(LastAnswer::generation),
                        reservation));
    }

    /**
     * Throws an {@link ApiErrorException} if the stored history of a request has been deleted since it was read. Called when the
     * request has its id. Blocks, unless there is no history.
     */
    void requireHistory(ReceivedRequest received) {
        received.continued().ifPresent(last -> histories.requireKept(received.caller(), received.conversation(), last));
    }

    /**
     * Parses a body if the estimate of its heap use fits, and adds the estimate to the reservation; or throws an {@link
     * ApiErrorException}.
     *
     * @param taken heap of a part of the body that the reservation has taken already
     */
    private Accepted parse(byte[] body, BodyParser parser, Reservation reservation, long taken) {
        long more = parser.heapBytes(body);
        if (more > heap.placesMax() / 2) {
            throw ApiErrorException.invalidRequest("The request body has too many values and brackets.");
        }
        reservation.take(Math.max(0, more - taken));
        return switch (reservation.keepDuring(() -> parser.parse(body))) {
            case Accepted accepted -> accepted;
            case Rejected rejected -> throw new ApiErrorException(rejected);
        };
    }

    private static void warn(ReceivedRequest received, HttpHeaders response) {
        if (!received.request().warning().isEmpty()) {
            response.set(HttpHeaders.WARNING, received.request().warning());
        }
    }

    private static String user(Accepted request, HttpHeaders headers, Caller caller) {
        if (!request.user().isEmpty()) {
            return request.user();
        }
        return Optional.ofNullable(headers.getFirst(HeaderNames.OPEN_WEBUI_USER))
                .flatMap(RequestReader::utf8)
                .filter(RequestParser::isUser)
                .orElseGet(caller::keyName);
    }

    /** The text of a header that a client sends as UTF-8: the server decodes each byte as a character of ISO 8859-1. */
    private static Optional<String> utf8(String header) {
        byte[] bytes = header.getBytes(ISO_8859_1);
        return Optional.of(bytes).filter(Utf8::isText).map(text -> new String(text, UTF_8));
    }

    /** Our own header is validated. Open WebUI's header is for other purposes too, so an invalid one is ignored. */
    private static Optional<ConversationId> conversation(HttpHeaders headers) {
        String named = headers.getFirst(HeaderNames.CONVERSATION);
        return named == null
                ? openWebUiChat(headers)
                : Optional.of(RequestValue.parsed(HeaderNames.CONVERSATION, named, ConversationId::new));
    }

    private static Optional<ConversationId> openWebUiChat(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(HeaderNames.OPEN_WEBUI_CHAT))
                .filter(chat -> ConversationId.isValid(chat) && !isTemporary(chat))
                .map(ConversationId::new);
    }

    /** All temporary chats of a session of the browser, or of all users, have the same name. */
    private static boolean isTemporary(String openWebUiChat) {
        return openWebUiChat.equals("local") || openWebUiChat.startsWith("local:");
    }

    private static Optional<OnDisconnect> onDisconnect(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(HeaderNames.ON_DISCONNECT)).map(policy -> switch (policy) {
            case "continue" -> OnDisconnect.CONTINUE;
            case "cancel" -> OnDisconnect.CANCEL;
            default ->
                throw ApiErrorException.invalidRequest(
                        HeaderNames.ON_DISCONNECT + ": Input should be 'continue' or 'cancel'");
        });
    }
}
