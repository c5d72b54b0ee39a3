package dev.parley.gateway.web.chat;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.Opening.Begun;
import dev.parley.gateway.answer.Opening.Refused;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.web.answers.AnswerResponses;
import dev.parley.gateway.web.answers.Delivery;
import dev.parley.gateway.web.answers.Delivery.Outcome;
import dev.parley.gateway.web.answers.DeliveryLog;
import dev.parley.gateway.web.connection.PacedPieces;
import dev.parley.gateway.web.connection.ReaderConnection;
import dev.parley.gateway.web.connection.WholeBody;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.Dialect;
import dev.parley.gateway.web.response.HeaderNames;
import dev.parley.gateway.web.response.LogWrites;
import dev.parley.gateway.web.response.RateLimitHeaders;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Answers requests of either API: has them published, and streams the deltas of the answer to the client. The response headers wait
 * for the first delta, those of a stream for at most {@code headTimeout}, so that an early error has a status of its own.
 */
public final class ChatHandler {
    private static final int TOO_LARGE = 413;

    private final RequestAdmission admission;
    private final AnswerResponses responses;
    private final AnswerMeter meter;
    private final DeliveryLog deliveries;
    private final AnswerSettings settings;
    private final Scheduler workers;
    private final Clock clock;

    public ChatHandler(
            RequestAdmission admission,
            AnswerResponses responses,
            AnswerMeter meter,
            DeliveryLog deliveries,
            AnswerSettings settings,
            Scheduler workers,
            Clock clock) {
        this.admission = admission;
        this.responses = responses;
        this.meter = meter;
        this.deliveries = deliveries;
        this.settings = settings;
        this.workers = workers;
        this.clock = clock;
    }

    /** The response to a request, whose body has the form of its API. */
    public Mono<ServerResponse> answer(ServerRequest request, BodyParser parser) {
        if (request.headers().header(HeaderNames.LAST_EVENT_ID).stream().anyMatch(id -> !id.isEmpty())) {
            // Sent again after a disconnection: the reader would get the beginning of the answer twice.
            throw ApiErrorException.invalidRequest(HeaderNames.LAST_EVENT_ID
                    + ": A request begins an answer. GET /v1/generations/{id}/events continues one.");
        }
        boolean withIds = wantsEventIds(request);
        ServerHttpResponse response = request.exchange().getResponse();
        return admission.admit(request, parser).flatMap(pending -> {
            identify(pending, response.getHeaders());
            return opening(pending)
                    .doOnError(ChatHandler::isTooLarge, _ -> unidentify(response.getHeaders()))
                    .publishOn(ReaderConnection.of(response).thread())
                    .flatMap(opening -> respond(pending, opening, withIds))
                    .doOnError(_ -> admission.close(pending));
        });
    }

    private static boolean wantsEventIds(ServerRequest request) {
        String wanted = request.headers().firstHeader(HeaderNames.EVENT_IDS);
        if (wanted != null && !wanted.equals("on")) {
            throw ApiErrorException.invalidRequest(HeaderNames.EVENT_IDS + ": Input should be 'on'");
        }
        return wanted != null;
    }

    private Mono<Opening> opening(PendingAnswer pending) {
        Opening unknown = new Begun(pending.cachePolicy() == CachePolicy.USE ? CacheVerdict.MISS : CacheVerdict.BYPASS);
        Mono<Opening> timeout =
                pending.streaming() ? Mono.delay(settings.headTimeout()).thenReturn(unknown) : Mono.never();
        return opening(pending.answer().opening(), LogWrites.written(pending::published), timeout)
                .onErrorMap(failure -> refusal(pending, failure));
    }

    /**
     * The start of an answer: its first delta, a failure to publish the request, or the timeout for the headers. Not the timeout
     * before the request is on the log: after a pause of the process both may be over, and a response has to be one to a request
     * that is answered.
     */
    static Mono<Opening> opening(Mono<Opening> first, Mono<Void> published, Mono<Opening> timeout) {
        return Mono.firstWithSignal(first, Mono.zip(published.thenReturn(true), timeout, (_, unknown) -> unknown));
    }

    private ApiErrorException refusal(PendingAnswer pending, Throwable failure) {
        if (failure instanceof RecordTooLargeException) {
            pending.permit().withdraw();
            return new ApiErrorException(TOO_LARGE, "Request exceeds the maximum size");
        }
        admission.publicationTimedOut(pending);
        return ApiErrorException.logUnreachable();
    }

    private static boolean isTooLarge(Throwable refusal) {
        return refusal instanceof ApiErrorException known && known.error().status() == TOO_LARGE;
    }

    private Mono<ServerResponse> respond(PendingAnswer pending, Opening opening, boolean withIds) {
        return switch (opening) {
            case Begun begun -> {
                meter.begun(pending, begun.cache());
                yield pending.streaming() ? stream(pending, begun, withIds) : message(pending, begun);
            }
            case Refused refused -> {
                refused(pending, refused);
                yield AnswerResponses.refused(pending.generation().format(), refused);
            }
        };
    }

    private void refused(PendingAnswer pending, Refused refused) {
        admission.close(pending);
        meter.ended(pending, "none", refused.status(), Outcome.REFUSED);
        deliveries.ended(pending.reader(), false, pending.delivery(), refused.status(), Outcome.REFUSED);
    }

    private Mono<ServerResponse> stream(PendingAnswer pending, Begun begun, boolean withIds) {
        Delivery delivery = pending.delivery();
        GenerationId generation = pending.generation();
        return AnswerResponses.streaming(begun).build((exchange, _) -> {
            ServerHttpResponse response = exchange.getResponse();
            ReaderConnection connection = ReaderConnection.of(response);
            Mono<Void> writing = responses.stream(
                    generation,
                    generation.format(),
                    withIds,
                    new PacedPieces<>(pending.answer().pieces(), OpenAnswer.AHEAD, pending.answer()::taken),
                    delivery,
                    response);
            return untilCut(pending, connection, writing).doFinally(end -> {
                ended(pending, begun, 200, delivery.streamOutcome(end, connection));
                admission.disconnected(pending, connection.isCut());
            });
        });
    }

    /** Writes a response, and closes the connection at once when its reader has to be disconnected. */
    private static Mono<Void> untilCut(PendingAnswer pending, ReaderConnection connection, Mono<Void> writing) {
        Disposable cut = pending.answer().cut().subscribe(_ -> {}, _ -> connection.cut());
        return writing.doFinally(_ -> cut.dispose());
    }

    private Mono<ServerResponse> message(PendingAnswer pending, Begun begun) {
        Mono<byte[]> assembled = responses
                .message(pending.answer())
                .doOnNext(message -> AnswerResponses.requireRoom(pending.answer(), message));
        return recordingFailure(pending, begun, assembled)
                .flatMap(message -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .contentLength(message.length)
                        .headers(headers -> AnswerResponses.describe(begun, headers))
                        .build((exchange, _) -> {
                            Delivery delivery = pending.delivery();
                            delivery.written();
                            ServerHttpResponse response = exchange.getResponse();
                            ReaderConnection connection = ReaderConnection.of(response);
                            Mono<Void> writing = WholeBody.write(message, response)
                                    .filter(taken -> taken)
                                    .doOnNext(_ -> delivery.whole())
                                    .then();
                            return untilCut(pending, connection, writing)
                                    .doFinally(_ -> ended(pending, begun, 200, delivery.messageOutcome(connection)));
                        }));
    }

    /** A message that is assembled, with the end of its answer on record if it fails or its client disconnects. */
    private Mono<byte[]> recordingFailure(PendingAnswer pending, Begun begun, Mono<byte[]> message) {
        return message.doOnError(failure -> {
                    int status = failure instanceof ApiErrorException known
                            ? known.error().status()
                            : 500;
                    ended(pending, begun, status, Outcome.FAILED);
                    admission.disconnected(pending, true);
                })
                .doOnCancel(() -> ended(pending, begun, 200, Outcome.LEFT));
    }

    /**
     * Has a request answered without a response to it: emits its generation once the answer is whole, or an {@link
     * ApiErrorException}.
     */
    public Mono<GenerationId> awaitAnswer(ServerRequest request, BodyParser parser) {
        return admission
                .admit(request, parser)
                .flatMap(pending -> opening(pending)
                        .publishOn(workers)
                        .flatMap(opening -> awaitMessage(pending, opening))
                        .doOnError(_ -> admission.close(pending)));
    }

    private Mono<GenerationId> awaitMessage(PendingAnswer pending, Opening opening) {
        return switch (opening) {
            case Begun begun -> {
                meter.begun(pending, begun.cache());
                yield recordingFailure(pending, begun, responses.message(pending.answer()))
                        .map(_ -> {
                            ended(pending, begun, 200, Outcome.COMPLETED);
                            return pending.generation();
                        });
            }
            case Refused refused -> {
                refused(pending, refused);
                yield Mono.error(new ApiErrorException(refused));
            }
        };
    }

    /** The response has ended, completely or not. */
    private void ended(PendingAnswer pending, Begun begun, int status, Outcome outcome) {
        admission.close(pending);
        if (pending.delivery().end()) {
            meter.ended(pending, begun.cache().text(), status, outcome);
            deliveries.ended(pending.reader(), false, pending.delivery(), status, outcome);
        }
    }

    /** Removes the headers that name a generation: one that is not on the log would be looked for in all of it. */
    private static void unidentify(HttpHeaders response) {
        List.of(HeaderNames.REQUEST_ID, HeaderNames.X_REQUEST_ID, HeaderNames.GENERATION)
                .forEach(response::remove);
    }

    private void identify(PendingAnswer pending, HttpHeaders response) {
        GenerationId generation = pending.generation();
        AnswerResponses.identify(generation, response);
        response.set(HeaderNames.CONVERSATION, pending.conversation().value());
        RateLimitHeaders.of(Dialect.of(generation.format()), pending.permit().limits(), clock.instant())
                .forEach(response::set);
    }
}
