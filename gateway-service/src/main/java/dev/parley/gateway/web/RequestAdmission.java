package dev.parley.gateway.web;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.limits.Admission;
import dev.parley.gateway.limits.Decision;
import dev.parley.gateway.limits.Permit;
import dev.parley.gateway.places.FairPool.Reservation;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.request.CacheControl;
import dev.parley.gateway.request.Fingerprints;
import dev.parley.gateway.request.TraceContext;
import dev.parley.gateway.web.RequestReader.ReceivedRequest;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Takes a request of either API to {@code chat.requests}, if its key permits it: reads it, makes its event, checks the limits of
 * the key, opens its answer and publishes the event. Whatever is granted on the way is returned when a later step fails, or when
 * the client disconnects.
 */
public final class RequestAdmission {
    private static final String RETRY_AFTER = "1";

    private final RequestReader reader;
    private final Admission limits;
    private final OpenAnswers answers;
    private final RequestPlaces places;
    private final SignedIds ids;
    private final Supplier<Optional<ReplyAddress>> replyAddress;
    private final EventPublisher publisher;
    private final ReaderPresence presence;
    private final Scheduler workers;
    private final Clock clock;

    /**
     * Makes it.
     *
     * @param places of open answers, which keys share
     * @param replyAddress for the deltas of a new answer; empty while this gateway does not read {@code chat.deltas}
     */
    public RequestAdmission(
            RequestReader reader,
            Admission limits,
            OpenAnswers answers,
            RequestPlaces places,
            SignedIds ids,
            Supplier<Optional<ReplyAddress>> replyAddress,
            EventPublisher publisher,
            ReaderPresence presence,
            Scheduler workers,
            Clock clock) {
        this.reader = reader;
        this.limits = limits;
        this.answers = answers;
        this.places = places;
        this.ids = ids;
        this.replyAddress = replyAddress;
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
        String trace = TraceContext.of(
                AgentTrace.traceparent().or(() -> Optional.ofNullable(headers.getFirst("traceparent"))));
        return Mono.defer(() -> {
            CompletableFuture<PendingAnswer> published = new CompletableFuture<>();
            return reader.read(
                            request,
                            parser,
                            received -> publish(event(received, headers, trace, receivedAt), published))
                    // Operators keep a reference to the request for as long as the response takes.
                    .onTerminateDetach()
                    .doOnCancel(() -> {
                        var _ = published.thenAccept(answer -> {
                            close(answer);
                            disconnected(answer);
                        });
                    });
        });
    }

    /** A request and the event to publish, which has the time of publication later. */
    private record Unpublished(ReceivedRequest received, ChatRequested event) {}

    private Unpublished event(ReceivedRequest received, HttpHeaders headers, String trace, Instant receivedAt) {
        ReplyAddress reply = replyAddress
                .get()
                .orElseThrow(() -> new ApiErrorException(ApiError.of(503, "The log cannot be reached."), RETRY_AFTER));
        GenerationId generation = ids.next(
                reply.partition(),
                received.caller().tenant(),
                received.request().format());
        String version =
                Optional.ofNullable(headers.getFirst(Names.ANTHROPIC_VERSION)).orElse(Names.DEFAULT_VERSION);
        String beta = String.join(",", headers.getOrEmpty(Names.ANTHROPIC_BETA));
        Fingerprint fingerprint = Fingerprints.of(
                received.caller().tenant(), version, beta, received.request().json());
        CachePolicy cachePolicy = CacheControl.policy(
                headers.getOrEmpty(HttpHeaders.CACHE_CONTROL),
                received.request().json());
        return new Unpublished(
                received,
                new ChatRequested(
                        generation,
                        received.conversation(),
                        received.caller().tenant(),
                        received.user(),
                        received.caller().key(),
                        received.request().model(),
                        received.request().streaming(),
                        fingerprint,
                        cachePolicy,
                        reply,
                        receivedAt,
                        receivedAt,
                        version,
                        beta,
                        trace,
                        received.request().upstream()));
    }

    /** Publishes the event once the limits of its key permit it. Without limits, that is at once and on this thread. */
    private Mono<PendingAnswer> publish(Unpublished request, CompletableFuture<PendingAnswer> published) {
        CompletableFuture<Decision> decision = limits.admit(
                request.received().caller(),
                request.event().generation(),
                request.received().request());
        if (decision.isDone()) {
            return Mono.just(publish(request, decision.join(), published));
        }
        return Mono.fromFuture(
                decision.thenApplyAsync(made -> publish(request, made, published), workers::schedule), true);
    }

    private PendingAnswer publish(Unpublished request, Decision decision, CompletableFuture<PendingAnswer> published) {
        ReceivedRequest received = request.received();
        Permit permit = LimitErrors.permit(decision, received.caller().limits());
        try {
            Reservation place = places.take(received.caller());
            ChatRequested event = request.event().publishedAt(clock.instant());
            OpenAnswer answer = answers.open(event.generation(), place::close);
            PendingAnswer pending = publish(event, answer, received, permit);
            published.complete(pending);
            return pending;
        } catch (RuntimeException | Error e) {
            permit.withdraw();
            throw e;
        }
    }

    private PendingAnswer publish(ChatRequested event, OpenAnswer answer, ReceivedRequest received, Permit permit) {
        try {
            return PendingAnswer.of(event, answer, received.onDisconnect(), permit, publisher.publish(event));
        } catch (RuntimeException | Error e) {
            answers.close(answer);
            throw e;
        }
    }

    /** The request was not published in time, and may be published later. */
    void publicationTimedOut(PendingAnswer pending) {
        presence.abandoned(pending.reader());
    }

    /** The reader has disconnected, possibly before the end of the answer. */
    void disconnected(PendingAnswer pending) {
        if (!pending.left().getAndSet(true) && !pending.answer().isOver()) {
            presence.left(pending.reader(), pending.onDisconnect());
        }
    }

    /** The gateway has closed the connection of the reader, who may reconnect. */
    void cutOff(PendingAnswer pending) {
        if (!pending.left().getAndSet(true) && !pending.answer().isOver()) {
            presence.cutOff(pending.reader(), pending.onDisconnect());
        }
    }

    /** Returns what the answer holds. */
    void close(PendingAnswer pending) {
        answers.close(pending.answer());
        pending.permit().close();
    }
}
