package dev.parley.gateway.web.published;

import dev.parley.contracts.event.Turn;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.deletion.DeletionLog;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.EventWriter;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.Piece;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.answer.ResumedAnswer;
import dev.parley.gateway.kafka.AnswerReaders;
import dev.parley.gateway.kafka.GenerationReader;
import dev.parley.gateway.kafka.TurnReader;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.ApiErrorException;
import dev.parley.gateway.web.RequestPlaces;
import dev.parley.gateway.web.SignedIds;
import dev.parley.messages.ApiError;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Reads an answer and its turn from the log. Waits for the end of an answer that is being given. */
public final class PublishableAnswers {
    /** The record on {@code chat.published} has them gzipped, the message and the request: together below 1 MiB. */
    static final int EVENTS_BYTES_MAX = 256 * 1024;

    private final SignedIds ids;
    private final AnswerReaders readers;
    /** Of publications, each of which has one reader. */
    private final RequestPlaces places;

    private final TurnReader turns;
    private final AnswerSettings answers;
    private final ResumeSettings settings;
    private final DeletionLog deletions;

    private final Scheduler workers;
    private final Clock clock;

    public PublishableAnswers(
            SignedIds ids,
            AnswerReaders readers,
            RequestPlaces publicationPlaces,
            TurnReader turns,
            AnswerSettings answers,
            ResumeSettings settings,
            DeletionLog deletions,
            Scheduler workers,
            Clock clock) {
        this.ids = ids;
        this.readers = readers;
        this.places = publicationPlaces;
        this.turns = turns;
        this.answers = answers;
        this.settings = settings;
        this.deletions = deletions;
        this.workers = workers;
        this.clock = clock;
    }

    /** Reads a generation of the caller, or fails with an {@link ApiErrorException}. Subscribed on a worker. */
    Mono<PublishableAnswer> read(Caller caller, GenerationId generation) {
        ids.known(caller.tenant(), generation);
        if (generation.madeAt().plus(Topics.DELTAS.retention()).isBefore(clock.instant())) {
            throw new ApiErrorException(ApiError.of(410, "The answer is no longer on the log. Publish its request."));
        }
        Deletions known = deletions.upToDate();
        AtomicReference<Optional<ConversationId>> conversation = new AtomicReference<>(Optional.empty());
        ResumedAnswer answer = new ResumedAnswer(
                generation,
                Optional.empty(),
                answers,
                settings,
                named -> {
                    conversation.set(Optional.of(named));
                    return known.cover(caller.tenant(), named, generation);
                },
                clock);
        return Mono.using(
                        () -> readers.read(answer, places.reservation(caller.identity())),
                        _ -> answer.opening().flatMap(opening -> events(answer, opening)),
                        GenerationReader::close)
                .publishOn(workers)
                .map(events -> new PublishableAnswer(turn(caller, conversation.get(), generation), events));
    }

    private Turn turn(Caller caller, Optional<ConversationId> conversation, GenerationId generation) {
        return conversation
                .flatMap(named -> turns.read(caller.tenant(), named, generation))
                .orElseThrow(() ->
                        new ApiErrorException(ApiError.of(503, "The end of the answer is not on the log yet."), "1"));
    }

    private static Mono<byte[]> events(ResumedAnswer answer, Opening opening) {
        return switch (opening) {
            case Opening.Begun _ -> {
                EventWriter writer = new EventWriter();
                yield answer.pieces()
                        .reduceWith(ByteArrayOutputStream::new, (events, piece) -> added(events, piece, writer))
                        .map(ByteArrayOutputStream::toByteArray);
            }
            case Opening.Refused refused ->
                Mono.error(
                        new ApiErrorException(ApiError.parse(refused.status(), refused.body()), refused.retryAfter()));
        };
    }

    private static ByteArrayOutputStream added(ByteArrayOutputStream events, Piece piece, EventWriter writer) {
        switch (piece) {
            case Piece.Events frames -> events.writeBytes(writer.write(frames));
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
