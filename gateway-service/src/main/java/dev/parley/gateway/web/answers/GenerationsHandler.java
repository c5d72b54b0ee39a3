package dev.parley.gateway.web.answers;

import dev.parley.contracts.event.CancelRequested;
import dev.parley.contracts.event.CommandCodec;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.EventId;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.Piece;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.answer.ResumedAnswer;
import dev.parley.gateway.conversation.MinuteQuota;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.kafka.GenerationReader;
import dev.parley.gateway.kafka.ResumedAnswers;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.answers.Delivery.Outcome;
import dev.parley.gateway.web.answers.ReaderPresence.Reader;
import dev.parley.gateway.web.answers.ReaderPresence.Resumption;
import dev.parley.gateway.web.connection.PacedPieces;
import dev.parley.gateway.web.connection.ReaderConnection;
import dev.parley.gateway.web.input.CallerRequests;
import dev.parley.gateway.web.input.SignedIds;
import dev.parley.gateway.web.input.TraceContext;
import dev.parley.gateway.web.pool.PlacesOfEach;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.HeaderNames;
import dev.parley.gateway.web.response.JsonResponse;
import dev.parley.gateway.web.response.LogWrites;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code GET /v1/generations/{generation}/events}: resumes an answer from the log, after the event {@code Last-Event-ID} (or {@code
 * ?after=}), on any replica and for as long as the topic keeps it. {@code DELETE /v1/generations/{generation}} cancels it.
 */
public final class GenerationsHandler {
    /** Cancellations at once; each ends with the publishing of its event, or its timeout. */
    private static final int CANCELLATIONS_MAX = 256;

    /** The HTTP server takes one piece at a time: it may be large, and no longer counts once it is taken. */
    private static final int AHEAD = 1;

    /** Tabs and devices on one answer: each receives a piece of a live one at the same moment. */
    private static final int READERS_OF_ANSWER_MAX = 8;

    /** An answer that has ended is resumed by hardly a reader, and can be resumed for two hours: a tenth of the quota. */
    private static final int ENDED_SHARE = 10;

    /** What resumes and cancellations are counted by: a resume reads the log from the beginning of the answer. */
    private record AnswerOfKey(String key, GenerationId generation) {}

    /** An answer that is resumed, with the commands of its reader if it may be live. */
    private record Resumed(Reader reader, GenerationReader log, AnswerFormat format, Optional<Resumption> resumption) {
        ResumedAnswer answer() {
            return log.answer();
        }
    }

    private final CallerRequests callers;
    private final SignedIds ids;
    private final ResumedAnswers resumedAnswers;
    private final SharedPool places;
    private final PlacesOfEach<AnswerOfKey> readers = new PlacesOfEach<>(READERS_OF_ANSWER_MAX);
    private final SharedPool backlogs;
    /** Quotas of resumes, for an answer that may be live and for another one. */
    private final MinuteQuota<AnswerOfKey> liveResumes;

    private final MinuteQuota<AnswerOfKey> endedResumes;
    /** Quota of cancellations, each of which is a record that all inference-services read. */
    private final MinuteQuota<AnswerOfKey> cancels;

    /** Places for cancellations, which are short. Readers hold their own for minutes. */
    private final SharedPool cancellations = new SharedPool(CANCELLATIONS_MAX, "Too many answers are cancelled.");

    private final AnswerResponses responses;
    private final EventPublisher publisher;
    private final ReaderPresence presence;
    private final DeliveryLog deliveries;
    private final AnswerSettings answers;
    private final Clock clock;

    public GenerationsHandler(
            CallerRequests callers,
            SignedIds ids,
            ResumedAnswers resumedAnswers,
            AnswerResponses responses,
            EventPublisher publisher,
            ReaderPresence presence,
            DeliveryLog deliveries,
            AnswerSettings answers,
            ResumeSettings settings,
            SharedPool answerBacklogs,
            Clock clock) {
        this.callers = callers;
        this.ids = ids;
        this.resumedAnswers = resumedAnswers;
        this.places = new SharedPool(settings.readersMax(), "Too many answers are resumed.");
        this.backlogs = answerBacklogs;
        this.liveResumes = new MinuteQuota<>(settings.perMinute(), clock);
        this.endedResumes = new MinuteQuota<>(Math.max(1, settings.perMinute() / ENDED_SHARE), clock);
        this.cancels = new MinuteQuota<>(settings.perMinute(), clock);
        this.responses = responses;
        this.publisher = publisher;
        this.presence = presence;
        this.deliveries = deliveries;
        this.answers = answers;
        this.clock = clock;
    }

    public Mono<ServerResponse> events(ServerRequest request) {
        String trace = TraceContext.of(request);
        return callers.caller(request)
                .map(caller -> resume(request, caller, trace))
                .onErrorMap(KafkaException.class, _ -> ApiErrorException.logUnreachable())
                .flatMap(resumed -> {
                    HttpHeaders headers = request.exchange().getResponse().getHeaders();
                    AnswerResponses.identify(resumed.reader().generation(), headers);
                    return resumed.answer()
                            .opening()
                            .doOnNext(opening -> {
                                if (opening instanceof Opening.Refused
                                        && resumed.answer().isOver()) {
                                    // The error is the answer, and stays it.
                                    headers.set(HeaderNames.SHOULD_RETRY, "false");
                                }
                            })
                            .flatMap(opening -> respond(resumed, opening))
                            .doOnCancel(() -> gone(resumed));
                });
    }

    private Resumed resume(ServerRequest request, Caller caller, String trace) {
        GenerationId generation = ids.inPath(request, caller);
        Optional<EventId> after = lastEvent(request, generation);
        AnswerFormat format = format(request, generation);
        if (generation.madeAt().plus(Topics.DELTAS.retention()).isBefore(clock.instant())) {
            throw new ApiErrorException(ResumedAnswer.GONE);
        }
        boolean mayBeLive = generation.madeAt().plus(answers.lifetimeMax()).isAfter(clock.instant());
        Runnable place = place(caller, generation, mayBeLive ? liveResumes : endedResumes);
        Reservation room = backlogs.reservation(caller.identity());
        GenerationReader log = resumedAnswers.read(caller, generation, after, room::tryTake, () -> {
            room.close();
            place.run();
        });
        Reader reader = new Reader(generation, caller.tenant(), trace);
        Optional<Resumption> resumption = mayBeLive ? Optional.of(presence.resumed(reader)) : Optional.empty();
        return new Resumed(reader, log, format, resumption);
    }

    /**
     * A place for a reader, if its key has not resumed the answer too often. A reader that gets no place does not count.
     *
     * @return releases it
     */
    private Runnable place(Caller caller, GenerationId generation, MinuteQuota<AnswerOfKey> quota) {
        AnswerOfKey by = new AnswerOfKey(caller.identity(), generation);
        Reservation place = places.take(caller.identity());
        if (!readers.tryTake(by)) {
            place.close();
            throw new ApiErrorException(429, "This answer is being read by too many clients.", "1");
        }
        Runnable release = () -> {
            readers.release(by);
            place.close();
        };
        Optional<Duration> wait = quota.take(by);
        if (wait.isPresent()) {
            release.run();
        }
        ApiErrorException.refuseFor(wait, "This answer is resumed too often.");
        return release;
    }

    private Mono<ServerResponse> respond(Resumed resumed, Opening opening) {
        return switch (opening) {
            case Opening.Begun begun ->
                AnswerResponses.streaming(begun).build((exchange, _) -> stream(resumed, exchange.getResponse()));
            case Opening.Refused refused -> {
                gone(resumed);
                deliveries.ended(resumed.reader(), true, new Delivery(clock), refused.status(), Outcome.REFUSED);
                yield AnswerResponses.refused(resumed.format(), refused);
            }
        };
    }

    private Mono<Void> stream(Resumed resumed, ServerHttpResponse response) {
        Delivery delivery = new Delivery(clock);
        ReaderConnection connection = ReaderConnection.of(response);
        ResumedAnswer answer = resumed.answer();
        PacedPieces<Piece> pieces = new PacedPieces<>(answer.pieces(), AHEAD, _ -> {});
        return responses.stream(answer.generation(), resumed.format(), true, pieces, delivery, response)
                .doFinally(end -> {
                    gone(resumed);
                    deliveries.ended(resumed.reader(), true, delivery, 200, delivery.streamOutcome(end, connection));
                });
    }

    private void gone(Resumed resumed) {
        if (resumed.log().close() && !resumed.answer().isOver()) {
            resumed.resumption().ifPresent(presence::left);
        }
    }

    public Mono<ServerResponse> cancel(ServerRequest request) {
        String trace = TraceContext.of(request);
        return callers.caller(request).flatMap(caller -> {
            GenerationId generation = ids.inPath(request, caller);
            ApiErrorException.refuseFor(
                    cancels.take(new AnswerOfKey(caller.identity(), generation)),
                    "This answer is cancelled too often.");
            var event = new CancelRequested(generation, caller.tenant(), clock.instant(), trace);
            return cancellations
                    .during(
                            caller.identity(),
                            _ -> LogWrites.explained(() -> publisher.publish(CommandCodec.encode(event))))
                    .then(accepted(generation));
        });
    }

    private static Mono<ServerResponse> accepted(GenerationId generation) {
        return Mono.defer(() -> JsonResponse.of(
                ServerResponse.accepted().header(HeaderNames.GENERATION, generation.value()),
                Map.of("id", generation.value(), "type", "generation", "status", "cancel_requested")));
    }

    private static Optional<EventId> lastEvent(ServerRequest request, GenerationId generation) {
        try {
            Optional<EventId> after = Optional.ofNullable(
                            request.headers().asHttpHeaders().getFirst(HeaderNames.LAST_EVENT_ID))
                    .or(() -> request.queryParam("after"))
                    .filter(id -> !id.isEmpty())
                    .map(EventId::parse);
            if (after.isPresent() && after.get().partition() != generation.deltaPartition()) {
                throw new IllegalArgumentException("this is the id of an event of another answer");
            }
            return after;
        } catch (IllegalArgumentException e) {
            throw ApiErrorException.invalidRequest(HeaderNames.LAST_EVENT_ID + ": " + e.getMessage());
        }
    }

    /** The format of the request, unless the reader asks for another one. */
    private static AnswerFormat format(ServerRequest request, GenerationId generation) {
        return request.queryParam("format")
                .map(format -> switch (format) {
                    case "messages" -> AnswerFormat.MESSAGES;
                    case "chat_completions" ->
                        generation.format() == AnswerFormat.MESSAGES
                                ? AnswerFormat.CHAT_COMPLETIONS
                                : generation.format();
                    default ->
                        throw ApiErrorException.invalidRequest(
                                "format: Input should be 'messages' or 'chat_completions'");
                })
                .orElseGet(generation::format);
    }
}
