package dev.parley.gateway.web;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.Opening.Begun;
import dev.parley.gateway.answer.Opening.Refused;
import dev.parley.gateway.kafka.DeltaTail;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.limits.Admission;
import dev.parley.gateway.limits.Decision;
import dev.parley.gateway.limits.Permit;
import dev.parley.gateway.request.ClientRequest;
import dev.parley.gateway.request.TraceContext;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.Intake.Question;
import dev.parley.gateway.web.ReaderPresence.Reader;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Answers requests of either API: puts the request on the log, and streams back what the log brings. The response
 * headers wait for the first piece, so that an error before the first word has a status of its own.
 */
public final class AnswerDesk {
    private static final String SOON = "1";

    /** A request on its way to the log, and the answer that is waited for. */
    private record Asked(
            ChatRequested event,
            OpenAnswer answer,
            OnDisconnect onDisconnect,
            Permit permit,
            CompletableFuture<Void> onTheLog) {}

    private final Intake intake;
    private final Admission admission;
    private final OpenAnswers answers;
    private final DeltaTail tail;
    private final EventPublisher publisher;
    private final ReaderPresence presence;
    private final AnswerResponses responses;
    private final AnswerMeter meter;
    private final Duration headPatience;
    private final Scheduler workers;
    private final Clock clock;

    public AnswerDesk(
            Intake intake,
            Admission admission,
            OpenAnswers answers,
            DeltaTail tail,
            EventPublisher publisher,
            ReaderPresence presence,
            AnswerResponses responses,
            AnswerMeter meter,
            Duration headPatience,
            Scheduler workers,
            Clock clock) {
        this.intake = intake;
        this.admission = admission;
        this.answers = answers;
        this.tail = tail;
        this.publisher = publisher;
        this.presence = presence;
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
    Mono<ServerResponse> answer(ServerRequest request, Function<byte[], ClientRequest> reader) {
        Instant receivedAt = clock.instant();
        HttpHeaders headers = request.headers().asHttpHeaders();
        String trace = TraceContext.of(
                AgentTrace.traceparent().or(() -> Optional.ofNullable(headers.getFirst("traceparent"))));
        return intake.take(request, reader)
                .publishOn(workers)
                .flatMap(question -> ask(question, headers, trace, receivedAt))
                .flatMap(asked -> {
                    identify(asked, request.exchange().getResponse().getHeaders());
                    return opening(asked)
                            .flatMap(opening -> respond(asked, opening))
                            .doOnError(e -> close(asked))
                            .doOnCancel(() -> left(asked));
                });
    }

    /** Asks the limits of the key, prepares the event meanwhile, and then puts it on the log. */
    private Mono<Asked> ask(Question question, HttpHeaders headers, String trace, Instant receivedAt) {
        var reply = tail.address()
                .orElseThrow(() -> new ApiErrorException(ApiError.of(503, "The log cannot be reached."), SOON));
        GenerationId generation = GenerationId.next(
                clock,
                reply.partition(),
                question.caller().tenant(),
                question.request().format());
        CompletableFuture<Decision> decision = admission.admit(question.caller(), generation, question.request());
        Draft draft = Draft.of(question, generation, reply, headers, trace, receivedAt);
        Function<Decision, Asked> publish = made -> {
            Permit permit = LimitErrors.permit(made, question.caller().limits());
            return publish(draft.event(clock.instant()), question.onDisconnect(), permit);
        };
        return decision.isDone()
                ? Mono.just(publish.apply(decision.join()))
                : Mono.fromFuture(decision).publishOn(workers).map(publish);
    }

    private Asked publish(ChatRequested event, OnDisconnect onDisconnect, Permit permit) {
        Optional<OpenAnswer> answer = answers.open(event.generation());
        if (answer.isEmpty()) {
            permit.withdraw();
            throw new ApiErrorException(ApiError.of(529, "Too many answers are open."), SOON);
        }
        return new Asked(event, answer.get(), onDisconnect, permit, publisher.publish(event));
    }

    /** How the answer begins: what the log says first, unless the request does not even get there. */
    private Mono<Opening> opening(Asked asked) {
        Mono<Opening> refusedByTheLog = Mono.fromFuture(asked.onTheLog(), true)
                .doOnError(RecordTooLargeException.class, e -> asked.permit().withdraw())
                .onErrorMap(AnswerDesk::refusal)
                .then(Mono.never());
        Opening silent =
                new Begun(asked.event().cachePolicy() == CachePolicy.USE ? CacheVerdict.MISS : CacheVerdict.BYPASS);
        Mono<Opening> patience =
                asked.event().streaming() ? Mono.delay(headPatience).thenReturn(silent) : Mono.never();
        return Mono.firstWithSignal(List.of(asked.answer().opening(), refusedByTheLog, patience));
    }

    private Mono<ServerResponse> respond(Asked asked, Opening opening) {
        return switch (opening) {
            case Begun begun -> {
                meter.begun(asked.event(), begun.cache());
                yield asked.event().streaming() ? stream(asked, begun) : message(asked, begun);
            }
            case Refused refused -> {
                close(asked);
                meter.ended(asked.event(), "none", refused.status(), "refused");
                yield AnswerResponses.refused(asked.event().generation().format(), refused);
            }
        };
    }

    private Mono<ServerResponse> stream(Asked asked, Begun begun) {
        AnswerOutcome outcome = new AnswerOutcome();
        GenerationId generation = asked.event().generation();
        return AnswerResponses.streaming(begun)
                .build((exchange, _) -> responses.stream(
                                generation,
                                generation.format(),
                                asked.answer().pieces().doOnNext(outcome::sent).doOnError(_ -> outcome.cut()),
                                exchange.getResponse())
                        .doFinally(end -> {
                            ended(asked, begun, 200, outcome.after(end));
                            left(asked);
                        }));
    }

    private Mono<ServerResponse> message(Asked asked, Begun begun) {
        return responses
                .message(asked.answer())
                .doOnNext(_ -> ended(asked, begun, 200, "completed"))
                .doOnError(
                        ApiErrorException.class,
                        e -> ended(asked, begun, e.error().status(), "failed"))
                .doOnCancel(() -> ended(asked, begun, 200, "left"))
                .flatMap(message -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .header(Names.CACHE, begun.cache().text())
                        .bodyValue(message));
    }

    private void ended(Asked asked, Begun begun, int status, String outcome) {
        close(asked);
        meter.ended(asked.event(), begun.cache().text(), status, outcome);
    }

    /** Nobody reads on, which matters if there is more to read. */
    private void left(Asked asked) {
        close(asked);
        if (!asked.answer().isOver()) {
            var event = asked.event();
            presence.left(new Reader(event.generation(), event.tenant(), event.traceparent()), asked.onDisconnect());
        }
    }

    private void close(Asked asked) {
        answers.close(asked.answer());
        asked.permit().close();
    }

    private static ApiErrorException refusal(Throwable failure) {
        return failure instanceof RecordTooLargeException
                ? new ApiErrorException(ApiError.of(413, "Request exceeds the maximum size"))
                : new ApiErrorException(ApiError.of(503, "The log cannot be reached."), SOON);
    }

    private void identify(Asked asked, HttpHeaders response) {
        GenerationId generation = asked.event().generation();
        response.set(Names.REQUEST_ID, generation.value());
        response.set(Names.X_REQUEST_ID, generation.value());
        response.set(Names.GENERATION, generation.value());
        response.set(Names.CONVERSATION, asked.event().conversation().value());
        RateLimitHeaders.of(Dialect.of(generation.format()), asked.permit().limits(), clock.instant())
                .forEach(response::set);
    }
}
