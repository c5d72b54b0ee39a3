package dev.parley.inference.generation;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.Selection;
import dev.parley.inference.generation.DeltaSink.NotOwnerException;
import dev.parley.inference.generation.RetryPolicy.Decision;
import dev.parley.inference.generation.RetryPolicy.RequestForm;
import dev.parley.inference.generation.RetryPolicy.RetryState;
import dev.parley.inference.generation.calls.AttemptHistory;
import dev.parley.inference.generation.calls.AttemptRecord;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.calls.Claude.Response;
import dev.parley.inference.generation.calls.Ending;
import dev.parley.inference.generation.calls.Ending.Broken;
import dev.parley.inference.generation.calls.Ending.Cancelled;
import dev.parley.inference.generation.calls.Ending.Completed;
import dev.parley.inference.generation.calls.Ending.Refused;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.generation.models.ModelChoice;
import dev.parley.inference.generation.models.ModelSequence;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.messages.ApiError;
import dev.parley.messages.MalformedStreamException;
import dev.parley.messages.RequestEditor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One generation with all of its calls to Claude. Owned by the thread of the generation, which it blocks. */
final class GenerationRun {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationRun.class);
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Claude claude;
    private final GenerationSettings settings;
    private final Clock clock;
    private final Cancellation cancellation;
    private final Instant begunAt;
    private final DeliveredAnswer shown;
    private final AttemptHistory attempts = new AttemptHistory();
    private final ModelSequence models;
    private RoutedRequest request;
    private DeltaWriter deltas;
    /** Whether an earlier owner has asked another model than the chosen one, or may have. */
    private boolean mayHaveFallenBack;
    /** How the last call of the chosen model ended, if another one was asked then. */
    private Optional<Ending> beforeFallback = Optional.empty();

    private RequestForm form = RequestForm.ORIGINAL;
    private Optional<CompletableFuture<Response>> asked = Optional.empty();
    /** From when on refusals count: when the generation began, or the answer broke. */
    private Instant refusedSince;

    private int broken;
    private int refused;

    GenerationRun(
            Claude claude,
            GenerationSettings settings,
            Clock clock,
            RoutedRequest request,
            Optional<ModelChoice> choice,
            DeltaWriter deltas,
            AnswerFrames frames,
            Cancellation cancellation) {
        this.claude = claude;
        this.settings = settings;
        this.clock = clock;
        this.request = request;
        this.deltas = deltas;
        this.shown = new DeliveredAnswer(frames);
        this.cancellation = cancellation;
        this.begunAt = clock.instant();
        this.refusedSince = begunAt;
        this.models = new ModelSequence(request.requested(), choice, settings.retries()::fallbacksOf);
        models.answeredBy().ifPresent(deltas::answeredBy);
    }

    /** Restores the state of the attempts on the log, and drops its events. */
    void restore(GenerationLog log) {
        List<Attempt> recorded = log.attempts();
        attempts.recorded(recorded);
        log.frames().forEach(seen -> {
            JsonNode event = seen.frame().json();
            deltas.continues(seen.frame().bytes().length);
            if (log.isCopied(seen)) {
                shown.add(seen.frame(), event);
            } else {
                shown.add(seen.frame(), event, request.decidedAt(), seen::at);
                attempts.delivered(seen.attempt(), event, this::lost);
            }
        });
        int breaks = (int) recorded.stream()
                .filter(call -> call.outcome().equals(AttemptRecord.BROKEN))
                .count();
        int breaksMax = Math.max(1, settings.retries().attemptsMax());
        // The log does not have the models of all calls: a refusal or the last permitted break leads to another.
        mayHaveFallenBack = breaks >= breaksMax
                || recorded.stream().anyMatch(call -> call.outcome().equals(AttemptRecord.REFUSED));
        broken = breaks % breaksMax;
        continueWith(attempts.lastNamed().map(AttemptRecord::model).orElseGet(this::modelOfMessage));
        addSilent(log);
        log.dropFrames();
    }

    private void continueWith(String answering) {
        String before = models.current();
        models.continueWith(answering);
        if (!models.current().equals(before)) {
            models.answeredBy().ifPresent(deltas::answeredBy);
        }
    }

    private String modelOfMessage() {
        return shown.message().path("model").stringValue("");
    }

    /**
     * Restores the calls only: Claude has billed them, even if the answer cannot be read or recorded.
     *
     * @param incomplete whether records of the log are missing
     */
    void restoreCalls(GenerationLog log, boolean incomplete) {
        boolean isRead = !incomplete;
        attempts.recorded(log.attempts());
        try {
            log.frames().stream()
                    .filter(seen -> !log.isCopied(seen))
                    .forEach(seen ->
                            attempts.delivered(seen.attempt(), seen.frame().json(), this::lost));
        } catch (MalformedStreamException | JacksonException e) {
            // Jackson's message quotes the data.
            LOG.warn("A call counts as far as it can be read: {}", e.getClass().getSimpleName());
            isRead = false;
        }
        addSilent(log);
        if (!isRead) {
            attempts.incomplete();
        }
    }

    /** A call of an earlier owner, without the record that a next one would have written. */
    private AttemptRecord lost(int attempt) {
        return new AttemptRecord(attempt, models.current(), request.decidedAt());
    }

    /** Adds the newest call if nothing is known of it. An owner that takes over records those before it makes one. */
    private void addSilent(GenerationLog log) {
        boolean isMissing = attempts.none()
                || (attempts.last().number() < log.attempt() && !log.attempts().isEmpty());
        if (log.attempt() > 0 && !log.copied() && isMissing) {
            attempts.add(lost(log.attempt()));
        }
    }

    /** Runs to the end: from the start, from a call that was made, or from the state that was restored. */
    Ending run() throws InterruptedException {
        try {
            boolean isFresh = asked.isPresent() || (attempts.none() && !shown.begun());
            return runToEnd(isFresh ? Optional.empty() : Optional.of(interrupted()));
        } catch (InterruptedException e) {
            deltas.released();
            throw e;
        }
    }

    /**
     * Asks Claude, and waits for the beginning of its answer or for the permission to use a stored one, whichever comes first. A refusal
     * decides nothing. Publishes heartbeats meanwhile.
     *
     * @param permitted never fails
     * @return true if the permission came first; {@link #run} continues with the call unless it is dropped
     */
    boolean askUntilPermitted(CompletableFuture<Boolean> permitted) throws InterruptedException {
        CompletableFuture<Response> response = ask();
        asked = Optional.of(response);
        CompletableFuture<Boolean> unlessRefused = response.thenCompose(
                answer -> answer instanceof Response.Refused ? permitted : CompletableFuture.completedFuture(false));
        CompletableFuture<Object> first = CompletableFuture.anyOf(unlessRefused, permitted);
        try (var _ = cancellation.onRequest(() -> {
            response.cancel(true);
            first.cancel(true);
        })) {
            while (!first.isDone()) {
                awaitWithHeartbeat(first);
            }
        } catch (ExecutionException | CancellationException e) {
            // The client has cancelled.
            return false;
        } catch (InterruptedException e) {
            closeUnusedCall();
            deltas.released();
            throw e;
        }
        return permitted.getNow(false) && !cancellation.isRequested() && !isAccepted(response);
    }

    /** False also for a call that was cancelled at the same moment. */
    private static boolean isAccepted(CompletableFuture<Response> response) {
        return response.state() == Future.State.SUCCESS && response.resultNow() instanceof Response.Accepted;
    }

    private void awaitWithHeartbeat(CompletableFuture<?> result) throws InterruptedException, ExecutionException {
        try {
            result.get(deltas.silenceMax(settings.heartbeatInterval()).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            deltas.heartbeat();
        }
    }

    /** Drops the call that was overtaken; false if Claude has begun to answer, or the client has cancelled. */
    boolean dropCall() {
        if (cancellation.isRequested()) {
            return false;
        }
        CompletableFuture<Response> response = asked.orElseThrow();
        AttemptRecord call = attempts.last();
        if (response.cancel(true)) {
            call.ended(new Cancelled(), clock.instant());
            return true;
        }
        if (response.join() instanceof Response.Refused no) {
            call.answered(no.status(), no.requestId());
            call.ended(ClaudeCall.refused(no), clock.instant());
            return true;
        }
        return false;
    }

    /** Closes the call of {@link #askUntilPermitted}, unless {@link #run} has continued with it. */
    void closeUnusedCall() {
        asked.ifPresent(ClaudeCall::close);
    }

    /** Sets what the look-up of a similar question leaves behind; readers are told with the first frames. */
    void judged(SimilarTrace trace) {
        request = request.with(trace);
        deltas.similar(trace.check());
    }

    /** Follows the stream of an identical request; continues with own calls if that stops before its end. */
    Ending follow(SharedStream leader) throws InterruptedException {
        try {
            String key = request.requested().keyOrTenant();
            Optional<Ending> ending = new FollowerRun(leader, key, settings, clock, deltas, shown, cancellation).run();
            if (ending.isPresent()) {
                return ending.get();
            }
            broken = 1;
            continueWith(modelOfMessage());
            beginNextAttempt();
            return runToEnd(shown.begun() ? Optional.of(interrupted()) : Optional.empty());
        } catch (InterruptedException e) {
            deltas.released();
            throw e;
        }
    }

    static Broken interrupted() {
        return new Broken(ApiError.of(500, "The answer was interrupted. Please ask again."));
    }

    private Ending runToEnd(Optional<Ending> already) throws InterruptedException {
        Optional<Ending> last = already;
        while (true) {
            Ending ending = last.isPresent() ? last.get() : call();
            last = Optional.empty();
            if (cancellation.isRequested() && !(ending instanceof Completed)) {
                return deltas.publishEnd(new Cancelled());
            }
            Decision decision = RetryPolicy.after(
                    ending,
                    state(),
                    settings.retries(),
                    ThreadLocalRandom.current().nextDouble());
            switch (decision) {
                case Decision.GiveUp _ -> {
                    return deltas.publishEnd(reported(ending));
                }
                case Decision.Complete _ -> {
                    complete();
                    return new Completed();
                }
                case Decision.Retry(var pause) -> {
                    LOG.info("Calling Claude again in {} ms", pause.toMillis());
                    if (cancelledWithin(pause)) {
                        return deltas.publishEnd(new Cancelled());
                    }
                }
                case Decision.Continue(var next) -> {
                    LOG.info("Asking Claude to continue, by {}", next);
                    form = next;
                }
                case Decision.AskOtherModel _ -> {
                    models.askOther();
                    models.answeredBy().ifPresent(deltas::answeredBy);
                    beforeFallback = beforeFallback.or(() -> Optional.of(ending));
                    refused = 0;
                    broken = 0;
                    LOG.info("Falling back to {}", models.current());
                }
            }
        }
    }

    /** The error for the client: that of the chosen model, if a fallback model, which the client has not named, rejects the request. */
    private Ending reported(Ending ending) {
        boolean rejected = ending instanceof Refused refused && !RetryPolicy.isTransient(refused);
        return rejected && shown.progress() == AnswerProgress.NOTHING ? beforeFallback.orElse(ending) : ending;
    }

    private RetryState state() {
        return new RetryState(
                progress(),
                form,
                broken,
                refused,
                Duration.between(begunAt, clock.instant()),
                Duration.between(refusedSince, clock.instant()),
                models.hasOther() && !deltas.isTooLong());
    }

    /** A text with a format cannot be continued: a model that refuses a prefill begins another document. */
    private AnswerProgress progress() {
        AnswerProgress progress = shown.progress();
        boolean formatted = (progress == AnswerProgress.TEXT || progress == AnswerProgress.TEXT_AND_THINKING)
                && new RequestEditor(request.requested().request()).hasFormat();
        return formatted ? AnswerProgress.MORE_THAN_TEXT : progress;
    }

    /** Calls Claude and waits for the end of the answer. A generation that was cancelled before its call costs nothing. */
    private Ending call() throws InterruptedException {
        if (asked.isEmpty() && cancellation.isRequested()) {
            return new Cancelled();
        }
        CompletableFuture<Response> response = asked.isPresent() ? asked.get() : nextCall();
        asked = Optional.empty();
        AttemptRecord attempt = attempts.last();
        Ending ending = claudeCall(attempt).make(response);
        attempt.ended(ending, clock.instant());
        switch (ending) {
            case Broken _ -> {
                broken = deltas.isTooLong() ? settings.retries().attemptsMax() : broken + 1;
                refused = 0;
                if (shown.begun()) {
                    refusedSince = clock.instant();
                }
            }
            case Refused _ -> refused++;
            case Completed _, Cancelled _ -> {
                // The end.
            }
        }
        return ending;
    }

    private CompletableFuture<Response> nextCall() throws InterruptedException {
        if (!attempts.none()) {
            if (attempts.last().number() == deltas.attempt()) {
                beginNextAttempt();
            } else {
                deltas.heartbeat(attempts.attemptList());
            }
        }
        return ask();
    }

    /** Releases the generation if it is lost, so that its next owner does not wait for the silence limit. */
    private void beginNextAttempt() throws InterruptedException {
        DeltaWriter before = deltas;
        deltas = before.next();
        try {
            deltas.begin(attempts.attemptList());
        } catch (NotOwnerException e) {
            before.released();
            throw e;
        }
    }

    private CompletableFuture<Response> ask() {
        AttemptRecord attempt = new AttemptRecord(deltas.attempt(), models.current(), clock.instant());
        attempts.add(attempt);
        attempt.onWithheld(() -> deltas.heartbeat(attempts.attemptList()));
        return claude.ask(
                Continuation.call(request.requested(), models.current(), models.leastThinking(), form, shown));
    }

    private ClaudeCall claudeCall(AttemptRecord attempt) {
        Optional<Splicer> splicer =
                shown.begun() ? Optional.of(new Splicer(shown, form, attempts.outputTokens())) : Optional.empty();
        Instant endsBy = begunAt.plus(settings.retries().lifetimeMax());
        return new ClaudeCall(settings, clock, deltas, attempt, shown, splicer, cancellation, endsBy);
    }

    /** Publishes the one event that Claude did not send. */
    private void complete() {
        Splicer.Event end = Splicer.made(MAPPER.createObjectNode().put("type", "message_stop"));
        shown.add(end.frame(), end.json(), begunAt, clock);
        deltas.frames(List.of(end.frame()), true);
    }

    private boolean cancelledWithin(Duration pause) throws InterruptedException {
        Duration left = pause;
        while (left.isPositive()) {
            Duration part = left.compareTo(settings.heartbeatInterval()) < 0 ? left : settings.heartbeatInterval();
            if (cancellation.await(part)) {
                return true;
            }
            left = left.minus(part);
            if (left.isPositive()) {
                deltas.heartbeat();
            }
        }
        return cancellation.isRequested();
    }

    RoutedRequest request() {
        return request;
    }

    /** Whether another model than the chosen one has answered, or may have. */
    boolean fellBack() {
        return mayHaveFallenBack || models.fellBack();
    }

    /** How the model was chosen; empty if the request names one. */
    Optional<Selection> selection() {
        return models.selection();
    }

    DeliveredAnswer shown() {
        return shown;
    }

    List<AttemptRecord> attempts() {
        return attempts.all();
    }

    /** Whether {@link #attempts} are all, also if records of earlier owners are missing. */
    boolean knowsAllAttempts() {
        return attempts.allKnown();
    }

    DeltaWriter deltas() {
        return deltas;
    }
}
