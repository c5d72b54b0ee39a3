package dev.parley.gateway.web;

import dev.parley.contracts.id.ConversationId;
import dev.parley.gateway.places.FairPool.Reservation;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.request.ClientRequest;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Takes a request in: who asks, in which conversation, and what; and what was said before, if the client leaves that to
 * us. Who asks is known from the header, before the body takes a place; the history is read while the body comes in.
 */
public final class Intake {
    /**
     * What was taken in.
     *
     * @param user who asks within the tenant: as the request says, else as Open WebUI says, else the name of the key
     * @param onDisconnect what becomes of the answer when its reader goes
     */
    record Question(
            Caller caller, ConversationId conversation, String user, OnDisconnect onDisconnect, Accepted request) {}

    private final Authentication authentication;
    private final RequestBodies bodies;
    private final HistorySupply histories;
    private final RequestHeap heap;
    private final Scheduler workers;
    private final Clock clock;

    /**
     * Makes an intake.
     *
     * @param heap bounds what requests take on the heap until they are on the log
     * @param workers where bodies are parsed, so that a large one does not hold up an event loop
     */
    public Intake(
            Authentication authentication,
            RequestBodies bodies,
            HistorySupply histories,
            RequestHeap heap,
            Scheduler workers,
            Clock clock) {
        this.authentication = authentication;
        this.bodies = bodies;
        this.histories = histories;
        this.heap = heap;
        this.workers = workers;
        this.clock = clock;
    }

    /**
     * What becomes of the question, or an {@link ApiErrorException}.
     *
     * @param reader reads the body, in the API that it is written for
     * @param work what is done with the question, on a worker. Until then its body counts as held
     */
    <T> Mono<T> take(ServerRequest request, BodyParser reader, Function<Question, Mono<T>> work) {
        HttpHeaders headers = request.headers().asHttpHeaders();
        return authentication
                .check(headers)
                .flatMap(caller -> bodies.with(
                        request,
                        caller.identity(),
                        body -> Mono.using(
                                () -> heap.holding(caller.identity()),
                                holding -> take(caller, headers, body, reader, holding)
                                        .publishOn(workers)
                                        .flatMap(work),
                                Reservation::close)));
    }

    private Mono<Question> take(
            Caller caller, HttpHeaders headers, Mono<byte[]> body, BodyParser reader, Reservation holding) {
        Mono<ClientRequest> request = body.publishOn(workers).map(bytes -> heap.read(bytes, reader, holding));
        return Mono.zip(
                        Mono.fromCallable(() -> conversation(headers)),
                        Mono.fromCallable(() -> onDisconnect(headers)),
                        request.map(Intake::accepted),
                        Mono.defer(() -> histories.of(headers, caller)))
                .map(parts -> new Question(
                        caller,
                        parts.getT1(),
                        user(parts.getT3(), headers, caller),
                        parts.getT2().orElse(caller.onDisconnect()),
                        histories.joined(
                                parts.getT4(), parts.getT3(), (whole, parser) -> heap.read(whole, parser, holding))));
    }

    private static String user(Accepted request, HttpHeaders headers, Caller caller) {
        if (!request.user().isEmpty()) {
            return request.user();
        }
        return Optional.ofNullable(headers.getFirst(Names.OPEN_WEBUI_USER))
                .filter(RequestParser::nameLike)
                .orElseGet(caller::keyName);
    }

    /** Ours is taken or refused; Open WebUI's is not meant for us, so one of another form is passed over. */
    private ConversationId conversation(HttpHeaders headers) {
        String named = headers.getFirst(Names.CONVERSATION);
        try {
            return named == null ? chat(headers) : new ConversationId(named);
        } catch (IllegalArgumentException e) {
            throw new ApiErrorException(ApiError.invalidRequest(Names.CONVERSATION + ": " + e.getMessage()));
        }
    }

    private ConversationId chat(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(Names.OPEN_WEBUI_CHAT))
                .filter(ConversationId::isValid)
                .map(ConversationId::new)
                .orElseGet(() -> ConversationId.next(clock));
    }

    private static Optional<OnDisconnect> onDisconnect(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(Names.ON_DISCONNECT)).map(wish -> switch (wish) {
            case "continue" -> OnDisconnect.CONTINUE;
            case "cancel" -> OnDisconnect.CANCEL;
            default ->
                throw new ApiErrorException(
                        ApiError.invalidRequest(Names.ON_DISCONNECT + ": Input should be 'continue' or 'cancel'"));
        });
    }

    private static Accepted accepted(ClientRequest request) {
        return switch (request) {
            case Accepted accepted -> accepted;
            case Rejected rejected -> throw new ApiErrorException(rejected);
        };
    }
}
