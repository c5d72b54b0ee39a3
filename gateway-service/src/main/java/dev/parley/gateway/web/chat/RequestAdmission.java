package dev.parley.gateway.web.chat;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.conversation.MinuteQuota;
import dev.parley.gateway.conversation.RecentAnswers;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.limits.LimitCheck;
import dev.parley.gateway.limits.LimitDecision;
import dev.parley.gateway.limits.Permit;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.answers.Delivery;
import dev.parley.gateway.web.answers.ReaderPresence;
import dev.parley.gateway.web.answers.ReaderPresence.Reader;
import dev.parley.gateway.web.chat.RequestReader.ReceivedRequest;
import dev.parley.gateway.web.input.TraceContext;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.response.ApiErrorException;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Takes a request of either API to {@code chat.requests}, if its key permits it: has it read and its event made, checks the limits
 * of the key, opens the answer and publishes the event. Whatever is granted on the way is returned when a later step fails, or when
 * the client disconnects. Bytes of a conversation are returned only if the request cannot be on the log: if it is published late,
 * its turn is stored.
 */
public final class RequestAdmission {
    /** The most that an answer in a named conversation counts for, in bytes, until its length is known. */
    private static final int ANSWER_BYTES = 1024 * 1024;

    /** About so many answers of a conversation may begin in a minute before the length of one is known. */
    private static final int ANSWERS = 30;

    private final RequestReader reader;
    private final RequestEvents events;
    private final LimitCheck limits;
    private final OpenAnswers answers;
    private final RecentAnswers recent;
    private final SharedPool places;
    /** Bytes that wait for slow readers, which keys share. */
    private final SharedPool backlogs;

    /** Quota of bytes for each conversation. */
    private final MinuteQuota<ConversationName> conversationQuota;

    private final EventPublisher publisher;
    private final ReaderPresence presence;
    private final Scheduler workers;
    private final Clock clock;

    public RequestAdmission(
            RequestReader reader,
            RequestEvents events,
            LimitCheck limits,
            OpenAnswers answers,
            RecentAnswers recent,
            SharedPool answerPlaces,
            SharedPool answerBacklogs,
            MinuteQuota<ConversationName> conversationQuota,
            EventPublisher publisher,
            ReaderPresence presence,
            Scheduler workers,
            Clock clock) {
        this.reader = reader;
        this.events = events;
        this.limits = limits;
        this.answers = answers;
        this.recent = recent;
        this.places = answerPlaces;
        this.backlogs = answerBacklogs;
        this.conversationQuota = conversationQuota;
        this.publisher = publisher;
        this.presence = presence;
        this.workers = workers;
        this.clock = clock;
    }

    /**
     * The published request, or an {@link ApiErrorException}. Cancelling the Mono counts as a disconnect of the client, also after
     * the request was published.
     */
    Mono<PendingAnswer> admit(ServerRequest request, BodyParser parser) {
        Instant receivedAt = clock.instant();
        HttpHeaders headers = request.headers().asHttpHeaders();
        String trace = TraceContext.of(request);
        return Mono.defer(() -> {
            CompletableFuture<PendingAnswer> admitted = new CompletableFuture<>();
            return reader.read(request, parser, received -> {
                        ChatRequested event = events.of(received, headers, trace, receivedAt);
                        // Now that there is an id, which a deletion with a later time covers. One with an earlier
                        // time that is not on the log yet does not, but its client has no response either.
                        reader.requireHistory(received);
                        return publishIfPermitted(received, event, admitted);
                    })
                    // Operators keep a reference to the request for as long as the response takes.
                    .onTerminateDetach()
                    .doOnCancel(() -> {
                        var _ = admitted.thenAccept(this::abandon);
                    });
        });
    }

    /** The client has disconnected before the handler has got the answer. */
    private void abandon(PendingAnswer pending) {
        disconnected(pending, false);
        // Only a request on the log has a turn, which settles its reservation.
        var _ = pending.published().whenComplete((_, failure) -> {
            if (failure != null) {
                publicationTimedOut(pending);
            }
            close(pending);
        });
    }

    /**
     * Publishes the event once the limits of its key permit it. Without limits, that is at once and on this thread. The request takes
     * heap until it is on the log: what waits for Kafka is shared between keys too.
     *
     * @param admitted completes when the event is sent, also after the Mono was cancelled
     */
    private Mono<PendingAnswer> publishIfPermitted(
            ReceivedRequest received, ChatRequested event, CompletableFuture<PendingAnswer> admitted) {
        CompletableFuture<LimitDecision> decision =
                limits.admit(received.caller(), event.generation(), received.request());
        if (decision.isDone()) {
            PendingAnswer pending = open(received, event, decision.join(), admitted);
            received.heap().keepUntil(pending.published());
            return Mono.just(pending);
        }
        CompletableFuture<PendingAnswer> pending =
                decision.thenApplyAsync(made -> open(received, event, made, admitted), workers::schedule);
        received.heap().keepUntil(pending.thenCompose(PendingAnswer::published));
        return Mono.fromFuture(pending, true);
    }

    /** Opens the answer, if the limits permit it, and sends the event. */
    private PendingAnswer open(
            ReceivedRequest received,
            ChatRequested event,
            LimitDecision decision,
            CompletableFuture<PendingAnswer> admitted) {
        Permit permit = LimitErrors.permit(decision, received.caller().limits(), clock.instant());
        MinuteQuota<ConversationName>.Amount bytes = conversationQuota.amount(name(event));
        try {
            Reservation place = place(received, event, bytes);
            Reservation backlog = backlogs.reservation(received.caller().identity());
            OpenAnswer answer = answers.open(event.generation(), backlog::tryTake, ended(event, bytes), () -> {
                backlog.close();
                place.close();
            });
            PendingAnswer pending = send(event, answer, received, permit);
            var _ = pending.published().whenComplete((_, failure) -> {
                if (failure instanceof RecordTooLargeException) {
                    bytes.settle(0);
                }
            });
            admitted.complete(pending);
            return pending;
        } catch (RuntimeException | Error e) {
            bytes.settle(0);
            permit.withdraw();
            throw e;
        }
    }

    /**
     * A place for an answer, if the quota of its conversation permits the request. Throws an {@link ApiErrorException} otherwise. What
     * gets no place does not count.
     */
    private Reservation place(
            ReceivedRequest received, ChatRequested event, MinuteQuota<ConversationName>.Amount bytes) {
        Reservation place = places.take(received.caller().identity());
        try {
            requireQuota(received, event, bytes);
            return place;
        } catch (ApiErrorException e) {
            place.close();
            throw e;
        }
    }

    /**
     * Takes the bytes of a request, with those of its stored history and its answer, from the quota of a conversation that the client
     * has named, or throws an {@link ApiErrorException}. Its turns have one partition key in the table, which takes 1 MB a second, and
     * turns of other conversations wait behind them. A conversation without a name has no other request.
     */
    private void requireQuota(
            ReceivedRequest received, ChatRequested event, MinuteQuota<ConversationName>.Amount bytes) {
        if (received.named()) {
            // With an estimate, so that concurrent answers count, and those whose client disconnects.
            ApiErrorException.refuseFor(
                    bytes.take(event.request().length + answerEstimate(conversationQuota.perMinute())),
                    "This conversation has too many bytes for one minute. Wait, send less, or begin another conversation.");
        }
    }

    /** What an answer counts for until its length is known. With a low quota less, so that an answer does not use it up. */
    static long answerEstimate(long quota) {
        return Math.min(ANSWER_BYTES, quota / ANSWERS);
    }

    private static ConversationName name(ChatRequested event) {
        return new ConversationName(event.tenant(), event.conversation());
    }

    /** Has no reference to the request, which the answer outlives. */
    private LongConsumer ended(ChatRequested event, MinuteQuota<ConversationName>.Amount bytes) {
        ConversationName conversation = name(event);
        GenerationId generation = event.generation();
        int requestBytes = event.request().length;
        return answerBytes -> {
            recent.ended(conversation, generation);
            bytes.settle(requestBytes + answerBytes);
        };
    }

    private PendingAnswer send(ChatRequested event, OpenAnswer answer, ReceivedRequest received, Permit permit) {
        try {
            return new PendingAnswer(
                    new Reader(event.generation(), event.tenant(), event.traceparent()),
                    event.conversation(),
                    event.streaming(),
                    event.cachePolicy(),
                    event.receivedAt(),
                    answer,
                    received.onDisconnect(),
                    permit,
                    publisher.publish(RequestCodec.encode(event, clock.instant())),
                    new Delivery(clock));
        } catch (RuntimeException | Error e) {
            answers.close(answer);
            throw e;
        }
    }

    /**
     * The request was not published in time, and may be published later: then it is cancelled, and its turn counts without a
     * reservation. A reservation without a turn would block its part of a budget for half an hour.
     */
    void publicationTimedOut(PendingAnswer pending) {
        pending.permit().withdraw();
        presence.abandoned(pending.reader());
    }

    /**
     * The connection of the reader is closed, possibly before the end of the answer.
     *
     * @param byGateway whether the gateway has closed it; the reader may reconnect
     */
    void disconnected(PendingAnswer pending, boolean byGateway) {
        if (pending.delivery().leave() && !pending.answer().isOver()) {
            presence.left(pending.reader(), pending.onDisconnect(), byGateway);
        }
    }

    /**
     * Returns what the answer holds. A stream that goes on without its reader counts as open until its generation is over: else a key
     * would exceed its limit by disconnecting.
     */
    void close(PendingAnswer pending) {
        Permit permit = pending.permit();
        if (pending.onDisconnect() == OnDisconnect.CONTINUE && permit.isOpen()) {
            answers.leave(pending.answer(), permit::close);
        } else {
            answers.close(pending.answer());
            permit.close();
        }
    }
}
