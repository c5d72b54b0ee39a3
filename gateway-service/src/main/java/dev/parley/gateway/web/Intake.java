package dev.parley.gateway.web;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.request.ClientRequest;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.gateway.request.HeapBudget;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.request.RequestReader;
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
 * us. These are found out side by side, so that it takes as long as the longest of them.
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
    private final HeapBudget heap;
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
            HeapBudget heap,
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
    <T> Mono<T> take(ServerRequest request, RequestReader reader, Function<Question, Mono<T>> work) {
        return bodies.with(
                request,
                body -> Mono.using(
                        heap::share,
                        share -> take(request.headers().asHttpHeaders(), body, reader, share)
                                .publishOn(workers)
                                .flatMap(work),
                        HeapBudget.Share::release));
    }

    private Mono<Question> take(HttpHeaders headers, Mono<byte[]> body, RequestReader reader, HeapBudget.Share share) {
        Mono<Caller> caller = authentication.check(headers).cache();
        Mono<ClientRequest> request = Mono.zip(caller, body)
                .publishOn(workers)
                .map(parts -> read(parts.getT2(), reader, parts.getT1(), share));
        return Mono.zip(
                        caller,
                        Mono.fromCallable(() -> conversation(headers)),
                        Mono.fromCallable(() -> onDisconnect(headers)),
                        request.map(Intake::accepted),
                        Mono.defer(() -> histories.of(headers, caller)))
                .map(parts -> new Question(
                        parts.getT1(),
                        parts.getT2(),
                        user(parts.getT4(), headers, parts.getT1()),
                        parts.getT3().orElse(parts.getT1().onDisconnect()),
                        histories.joined(
                                parts.getT5(),
                                parts.getT4(),
                                (whole, parser) -> read(whole, parser, parts.getT1(), share))));
    }

    /** Reads a body if there is room for what comes of it. */
    private ClientRequest read(byte[] body, RequestReader reader, Caller caller, HeapBudget.Share share) {
        long bytes = reader.heapBytes(body);
        if (bytes > heap.shareMax()) {
            return new Rejected(ApiError.invalidRequest("The request body has too many values and brackets."));
        } else if (!share.take(new Holder(caller.tenant(), caller.keyName(), caller.key()), bytes)) {
            throw new ApiErrorException(ApiError.of(529, "Too many large requests are being read."), "1");
        }
        return reader.read(body);
    }

    /** A key, as far as the budget of the heap tells keys apart. */
    private record Holder(TenantId tenant, String keyName, Optional<KeyId> key) {}

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
