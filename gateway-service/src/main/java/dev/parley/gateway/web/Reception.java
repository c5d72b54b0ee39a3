package dev.parley.gateway.web;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.limits.Admission;
import dev.parley.gateway.limits.Decision;
import dev.parley.gateway.limits.Permit;
import dev.parley.gateway.places.FairPool.Reservation;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.request.TraceContext;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.Intake.Question;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Brings requests of either API to the log, if their keys let them, and sees their readers off. From the question to the
 * limits on, nothing is given up half-way, whoever leaves: what is granted is used, or given back.
 */
public final class Reception {
    private static final String SOON = "1";

    private final Intake intake;
    private final Admission admission;
    private final OpenAnswers answers;
    private final RequestPlaces places;
    private final SignedIds ids;
    private final Supplier<Optional<ReplyAddress>> replyAddress;
    private final EventPublisher publisher;
    private final ReaderPresence presence;
    private final Scheduler workers;
    private final Clock clock;

    /**
     * Makes a reception.
     *
     * @param places of open answers, which keys share
     * @param replyAddress where the pieces of a new answer are to go; empty if nobody would read them there
     */
    public Reception(
            Intake intake,
            Admission admission,
            OpenAnswers answers,
            RequestPlaces places,
            SignedIds ids,
            Supplier<Optional<ReplyAddress>> replyAddress,
            EventPublisher publisher,
            ReaderPresence presence,
            Scheduler workers,
            Clock clock) {
        this.intake = intake;
        this.admission = admission;
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
     * The request on its way to the log. Who cancels, also later, has left.
     *
     * @param reader reads its body, in the API that it is written for
     */
    Mono<Asked> ask(ServerRequest request, BodyParser reader) {
        Instant receivedAt = clock.instant();
        HttpHeaders headers = request.headers().asHttpHeaders();
        String trace = TraceContext.of(
                AgentTrace.traceparent().or(() -> Optional.ofNullable(headers.getFirst("traceparent"))));
        return Mono.defer(() -> {
            CompletableFuture<Asked> opened = new CompletableFuture<>();
            return intake.take(request, reader, question -> ask(question, headers, trace, receivedAt, opened))
                    // Operators hold what has gone through them, here the request, as long as the response takes.
                    .onTerminateDetach()
                    .doOnCancel(() -> {
                        var _ = opened.thenAccept(gone -> {
                            close(gone);
                            left(gone);
                        });
                    });
        });
    }

    /** Asks the limits of the key, prepares the event meanwhile, and then puts it on the log. */
    private Mono<Asked> ask(
            Question question, HttpHeaders headers, String trace, Instant receivedAt, CompletableFuture<Asked> opened) {
        ReplyAddress reply = replyAddress
                .get()
                .orElseThrow(() -> new ApiErrorException(ApiError.of(503, "The log cannot be reached."), SOON));
        GenerationId generation = ids.next(
                reply.partition(),
                question.caller().tenant(),
                question.request().format());
        CompletableFuture<Decision> decision = admission.admit(question.caller(), generation, question.request());
        Draft draft = Draft.of(question, generation, reply, headers, trace, receivedAt);
        Function<Decision, Asked> publish = made -> {
            Permit permit = LimitErrors.permit(made, question.caller().limits());
            Asked asked = publish(draft.event(clock.instant()), question, permit);
            opened.complete(asked);
            return asked;
        };
        return decision.isDone()
                ? Mono.just(publish.apply(decision.join()))
                : Mono.fromFuture(decision.thenApplyAsync(publish, workers::schedule), true);
    }

    private Asked publish(ChatRequested event, Question question, Permit permit) {
        try {
            Reservation place = places.take(question.caller());
            OpenAnswer answer = answers.open(event.generation(), place::close);
            return publish(event, answer, question.onDisconnect(), permit);
        } catch (RuntimeException | Error e) {
            permit.withdraw();
            throw e;
        }
    }

    private Asked publish(ChatRequested event, OpenAnswer answer, OnDisconnect onDisconnect, Permit permit) {
        try {
            return Asked.of(event, answer, onDisconnect, permit, publisher.publish(event));
        } catch (RuntimeException | Error e) {
            answers.close(answer);
            throw e;
        }
    }

    /** The log has not taken the request in time, and may yet have it. */
    void abandoned(Asked asked) {
        presence.abandoned(asked.reader());
    }

    /** Nobody reads on, which matters if there is more to read. */
    void left(Asked asked) {
        if (!asked.left().getAndSet(true) && !asked.answer().isOver()) {
            presence.left(asked.reader(), asked.onDisconnect());
        }
    }

    /** The reader has lost the connection by our doing, and may come back. */
    void cutOff(Asked asked) {
        if (!asked.left().getAndSet(true) && !asked.answer().isOver()) {
            presence.cutOff(asked.reader(), asked.onDisconnect());
        }
    }

    /** Nothing waits for the reader any more. */
    void close(Asked asked) {
        answers.close(asked.answer());
        asked.permit().close();
    }
}
