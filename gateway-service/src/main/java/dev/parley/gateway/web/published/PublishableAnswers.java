package dev.parley.gateway.web.published;

import dev.parley.contracts.event.Turn;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.Piece;
import dev.parley.gateway.answer.ResumedAnswer;
import dev.parley.gateway.answer.SlowReaderException;
import dev.parley.gateway.answer.SseEncoder;
import dev.parley.gateway.kafka.GenerationReader;
import dev.parley.gateway.kafka.ResumedAnswers;
import dev.parley.gateway.kafka.TurnReader;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.input.SignedIds;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.messages.Thinking;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Reads an answer and its turn from the log. Waits for the end of an answer that is being given. Thinking is not public: it is
 * removed from the events here, from the message when that is published.
 */
public final class PublishableAnswers {
    /** The record on {@code chat.published} has them gzipped, the message and the request: together below 1 MiB. */
    static final int EVENTS_BYTES_MAX = 256 * 1024;

    /**
     * An answer that has ended.
     *
     * @param events the server-sent events with their ids, as a reader of the generation gets them
     */
    record PublishableAnswer(
            Turn turn,
            @SuppressWarnings("ArrayRecordComponent") byte[] events) {}

    private final SignedIds ids;
    private final ResumedAnswers resumedAnswers;
    private final TurnReader turns;
    private final Scheduler workers;
    private final Clock clock;

    public PublishableAnswers(
            SignedIds ids, ResumedAnswers resumedAnswers, TurnReader turns, Scheduler workers, Clock clock) {
        this.ids = ids;
        this.resumedAnswers = resumedAnswers;
        this.turns = turns;
        this.workers = workers;
        this.clock = clock;
    }

    /**
     * Reads a generation of the caller, or fails with an {@link ApiErrorException}. Subscribed on a worker.
     *
     * @param heap of the caller, for what is read
     */
    Mono<PublishableAnswer> read(Caller caller, GenerationId generation, Reservation heap) {
        ids.known(caller.tenant(), generation);
        if (generation.madeAt().plus(Topics.DELTAS.retention()).isBefore(clock.instant())) {
            throw new ApiErrorException(410, "The answer is no longer on the log. Publish its request.");
        }
        return Mono.using(
                // Without a place of its own, because its publication has one.
                () -> resumedAnswers.read(caller, generation, Optional.empty(), heap::tryTake, () -> {}),
                reader -> read(caller, reader.answer(), heap),
                GenerationReader::close);
    }

    private Mono<PublishableAnswer> read(Caller caller, ResumedAnswer answer, Reservation heap) {
        return answer.opening()
                .flatMap(opening -> events(answer, opening))
                .publishOn(workers)
                .map(events -> new PublishableAnswer(turn(caller, answer, heap), Thinking.removed(events)));
    }

    private Turn turn(Caller caller, ResumedAnswer answer, Reservation heap) {
        return answer.conversation()
                .flatMap(named -> turns.read(caller.tenant(), named, answer.generation(), heap::take))
                .orElseThrow(() -> new ApiErrorException(503, "The end of the answer is not on the log yet.", "1"));
    }

    private static Mono<byte[]> events(ResumedAnswer answer, Opening opening) {
        return switch (opening) {
            case Opening.Begun _ ->
                answer.pieces()
                        .reduceWith(ByteArrayOutputStream::new, PublishableAnswers::added)
                        .map(ByteArrayOutputStream::toByteArray)
                        .onErrorMap(SlowReaderException.class, _ -> ApiErrorException.crowded());
            case Opening.Refused refused -> Mono.error(new ApiErrorException(refused));
        };
    }

    private static ByteArrayOutputStream added(ByteArrayOutputStream events, Piece piece) {
        switch (piece) {
            case Piece.Events frames -> events.writeBytes(SseEncoder.encode(frames));
            case Piece.Failure _ -> throw ApiErrorException.invalidRequest("The answer failed.");
            case Piece.Ping _ -> {
                // Not part of the answer.
            }
        }
        if (events.size() > EVENTS_BYTES_MAX) {
            throw ApiErrorException.invalidRequest(
                    "The answer is too long to be published: more than " + EVENTS_BYTES_MAX + " bytes of events.");
        }
        return events;
    }
}
