package dev.parley.gateway.web;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.Opening.Begun;
import dev.parley.gateway.answer.Opening.Refused;
import dev.parley.gateway.request.BodyParser;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Duration;
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
 * Answers requests of either API: has them put on the log, and streams back what the log brings. The response headers
 * wait for the first piece, so that an error before the first word has a status of its own.
 */
public final class AnswerDesk {
    private static final String SOON = "1";

    private final Reception reception;
    private final AnswerResponses responses;
    private final AnswerMeter meter;
    private final Duration headPatience;
    private final Scheduler workers;
    private final Clock clock;

    public AnswerDesk(
            Reception reception,
            AnswerResponses responses,
            AnswerMeter meter,
            Duration headPatience,
            Scheduler workers,
            Clock clock) {
        this.reception = reception;
        this.responses = responses;
        this.meter = meter;
        this.headPatience = headPatience;
        this.workers = workers;
        this.clock = clock;
    }

    /**
     * The answer to a request.
     *
     * @param reader reads its body, in the API that it is written for
     */
    Mono<ServerResponse> answer(ServerRequest request, BodyParser reader) {
        ServerHttpResponse response = request.exchange().getResponse();
        return reception.ask(request, reader).flatMap(asked -> {
            identify(asked, response.getHeaders());
            return opening(asked)
                    .publishOn(ReaderConnection.of(response).thread(workers))
                    .flatMap(opening -> respond(asked, opening))
                    .doOnError(e -> reception.close(asked));
        });
    }

    /** How the answer begins: what the log says first, unless the request does not even get there. */
    private Mono<Opening> opening(Asked asked) {
        Mono<Opening> refusedByTheLog = Mono.fromFuture(asked.onTheLog(), true).then(Mono.never());
        Opening silent = new Begun(asked.cachePolicy() == CachePolicy.USE ? CacheVerdict.MISS : CacheVerdict.BYPASS);
        Mono<Opening> patience = asked.streaming() ? Mono.delay(headPatience).thenReturn(silent) : Mono.never();
        return Mono.firstWithSignal(List.of(asked.answer().opening(), refusedByTheLog, patience))
                .onErrorMap(failure -> refusal(asked, failure));
    }

    private ApiErrorException refusal(Asked asked, Throwable failure) {
        if (failure instanceof RecordTooLargeException) {
            asked.permit().withdraw();
            return new ApiErrorException(ApiError.of(413, "Request exceeds the maximum size"));
        }
        reception.abandoned(asked);
        return new ApiErrorException(ApiError.of(503, "The log cannot be reached."), SOON);
    }

    private Mono<ServerResponse> respond(Asked asked, Opening opening) {
        return switch (opening) {
            case Begun begun -> {
                meter.begun(asked, begun.cache());
                yield asked.streaming() ? stream(asked, begun) : message(asked, begun);
            }
            case Refused refused -> {
                reception.close(asked);
                meter.ended(asked, "none", refused.status(), "refused");
                yield AnswerResponses.refused(asked.generation().format(), refused);
            }
        };
    }

    private Mono<ServerResponse> stream(Asked asked, Begun begun) {
        AnswerOutcome outcome = new AnswerOutcome();
        GenerationId generation = asked.generation();
        return AnswerResponses.streaming(begun).build((exchange, _) -> {
            ReaderConnection connection = ReaderConnection.of(exchange.getResponse());
            Disposable cut = asked.answer().cut().subscribe(_ -> {}, _ -> connection.cut());
            return responses.stream(
                            generation,
                            generation.format(),
                            asked.answer()
                                    .pieces()
                                    .doOnNext(outcome::sent)
                                    .doOnComplete(outcome::whole)
                                    .doOnError(_ -> outcome.cut()),
                            exchange.getResponse())
                    .doFinally(end -> {
                        cut.dispose();
                        ended(asked, begun, 200, outcome.after(end));
                        if (connection.isCut()) {
                            reception.cutOff(asked);
                        } else {
                            reception.left(asked);
                        }
                    });
        });
    }

    private Mono<ServerResponse> message(Asked asked, Begun begun) {
        return responses
                .message(asked.answer())
                .doOnError(
                        ApiErrorException.class,
                        e -> ended(asked, begun, e.error().status(), "failed"))
                .doOnCancel(() -> ended(asked, begun, 200, "left"))
                .flatMap(message -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .contentLength(message.length)
                        .header(Names.CACHE, begun.cache().text())
                        .build((exchange, _) -> AnswerResponses.whole(message, exchange.getResponse())
                                .doFinally(_ -> ended(asked, begun, 200, "completed"))));
    }

    /** The client has all of the response, or will have no more. */
    private void ended(Asked asked, Begun begun, int status, String outcome) {
        reception.close(asked);
        if (!asked.metered().getAndSet(true)) {
            meter.ended(asked, begun.cache().text(), status, outcome);
        }
    }

    private void identify(Asked asked, HttpHeaders response) {
        GenerationId generation = asked.generation();
        response.set(Names.REQUEST_ID, generation.value());
        response.set(Names.X_REQUEST_ID, generation.value());
        response.set(Names.GENERATION, generation.value());
        response.set(Names.CONVERSATION, asked.conversation().value());
        RateLimitHeaders.of(Dialect.of(generation.format()), asked.permit().limits(), clock.instant())
                .forEach(response::set);
    }
}
