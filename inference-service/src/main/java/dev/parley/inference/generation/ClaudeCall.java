package dev.parley.inference.generation;

import dev.parley.inference.generation.DeltaSink.NotOwnerException;
import dev.parley.inference.generation.Splicer.Event;
import dev.parley.inference.generation.calls.AttemptRecord;
import dev.parley.inference.generation.calls.Claude.AnswerReader;
import dev.parley.inference.generation.calls.Claude.AnswerStream;
import dev.parley.inference.generation.calls.Claude.Response;
import dev.parley.inference.generation.calls.Ending;
import dev.parley.inference.generation.calls.Ending.Broken;
import dev.parley.inference.generation.calls.Ending.Cancelled;
import dev.parley.inference.generation.calls.Ending.Completed;
import dev.parley.inference.generation.calls.Ending.Refused;
import dev.parley.messages.ApiError;
import dev.parley.messages.MalformedStreamException;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * One call to Claude: waits for the response and copies the answer to the log, event by event, until it ends, with a heartbeat
 * at every interval.
 *
 * <p>Until the response, the thread of the generation owns it; then the thread that reads the connection, while the other one
 * waits for the end. So a delta does not change threads.
 */
final class ClaudeCall implements AnswerReader {
    private static final Logger LOG = LoggerFactory.getLogger(ClaudeCall.class);
    private static final Duration END_TIMEOUT = Duration.ofMillis(500);
    private static final Broken NO_ANSWER = serverError("Claude sent what is no answer.");

    private final GenerationSettings settings;
    private final Clock clock;
    private final DeltaWriter deltas;
    private final AttemptRecord attempt;
    private final DeliveredAnswer shown;
    private final Optional<Splicer> splicer;
    private final Cancellation cancellation;
    private final Instant endsBy;
    private final SseFramer framer;
    private final CompletableFuture<Ending> end = new CompletableFuture<>();
    private final List<SseFrame> received = new ArrayList<>();
    private Optional<AnswerStream> stream = Optional.empty();
    private Instant published = Instant.MIN;
    private Duration silent = Duration.ZERO;
    private int countedBuffer;

    /**
     * @param splicer makes the events continue what was delivered before; empty if nothing was
     * @param endsBy after which the answer counts as broken even if Claude continues
     */
    ClaudeCall(
            GenerationSettings settings,
            Clock clock,
            DeltaWriter deltas,
            AttemptRecord attempt,
            DeliveredAnswer shown,
            Optional<Splicer> splicer,
            Cancellation cancellation,
            Instant endsBy) {
        this.settings = settings;
        this.clock = clock;
        this.deltas = deltas;
        this.attempt = attempt;
        this.shown = shown;
        this.splicer = splicer;
        this.cancellation = cancellation;
        this.endsBy = endsBy;
        this.framer = new SseFramer(settings.frameBytesMax());
    }

    /**
     * Waits for the response, at most for the first-byte timeout, and for the end of the answer. Closes the call if that fails:
     * Claude would bill an answer that is not read.
     */
    Ending make(CompletableFuture<Response> call) throws InterruptedException {
        try (var _ = cancellation.onRequest(() -> call.cancel(true))) {
            return answerTo(call);
        } catch (InterruptedException | RuntimeException | Error e) {
            close(call);
            throw e;
        }
    }

    /** Closes a call, before or after its response. */
    static void close(CompletableFuture<Response> call) {
        if (!call.cancel(true)) {
            var _ = call.thenAccept(response -> {
                if (response instanceof Response.Accepted accepted) {
                    accepted.answer().abandon();
                }
            });
        }
    }

    static Refused refused(Response.Refused response) {
        return new Refused(response.status(), response.retryAfter(), response.error(), response.shouldRetry());
    }

    private Ending answerTo(CompletableFuture<Response> call) throws InterruptedException {
        Duration waited = Duration.ZERO;
        while (true) {
            Duration wait = deltas.silenceMax(settings.heartbeatInterval());
            try {
                Response response = call.get(wait.toMillis(), TimeUnit.MILLISECONDS);
                return switch (response) {
                    case Response.Accepted accepted -> {
                        attempt.answered(accepted.status(), accepted.requestId());
                        yield read(accepted.answer());
                    }
                    case Response.Refused no -> {
                        attempt.answered(no.status(), no.requestId());
                        yield refused(no);
                    }
                };
            } catch (TimeoutException e) {
                deltas.heartbeat();
                waited = waited.plus(wait);
                if (waited.compareTo(settings.firstByteTimeout()) >= 0
                        && call.completeExceptionally(new TimeoutException("no response"))) {
                    attempt.closed();
                    return new Refused(0, "", ApiError.of(504, "Claude did not begin to answer in time."), false);
                }
            } catch (CancellationException e) {
                return new Cancelled();
            } catch (ExecutionException e) {
                throw new IllegalStateException("asking Claude must not fail but by a refusal", e.getCause());
            }
        }
    }

    private Ending read(AnswerStream answer) throws InterruptedException {
        stream = Optional.of(answer);
        published = clock.instant();
        answer.read(this, settings.heartbeatInterval());
        try (var _ = cancellation.onRequest(answer::abandon)) {
            return end.get();
        } catch (InterruptedException e) {
            answer.abandon();
            // From then on, the other thread publishes nothing.
            var _ = end.exceptionally(_ -> new Cancelled()).join();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NotOwnerException lost) {
                throw lost;
            }
            throw new IllegalStateException("the answer could not be copied", e.getCause());
        }
    }

    /** The well-formed events are published even if a malformed one follows: the delivered text is a prefix of the answer. */
    @Override
    public void received(ByteBuffer bytes) {
        if (shown.complete()) {
            return;
        }
        silent = Duration.ZERO;
        try {
            for (SseFrame frame : framer.push(bytes)) {
                JsonNode event = frame.json();
                if (event.path("type").stringValue("").equals("error")) {
                    end(new Broken(ApiError.ofClaude(event)));
                    return;
                }
                attempt.received(event);
                List<Event> events = splicer.map(splice -> splice.splice(frame, event))
                        .orElseGet(() -> List.of(new Event(frame, event)));
                if (events.isEmpty()) {
                    attempt.withheld(event);
                    deltas.continues(frame.bytes().length);
                }
                for (Event next : events) {
                    shown.add(next.frame(), next.json(), attempt.startedAt(), clock);
                    received.add(next.frame());
                }
                if (shown.complete()) {
                    return;
                }
            }
        } catch (MalformedStreamException e) {
            LOG.warn("Claude sent what is no answer: {}", e.getMessage());
            closeWith(NO_ANSWER);
        } catch (JacksonException e) {
            // Its message quotes the data.
            LOG.warn("Claude sent an event with a member of another type");
            closeWith(NO_ANSWER);
        }
    }

    @Override
    public Duration batchDelay() {
        return deltas.mergeDelay();
    }

    @Override
    public void batchEnded() {
        if (shown.complete()) {
            end(new Completed());
            return;
        }
        Instant now = clock.instant();
        countBuffer();
        boolean reports = attempt.reportBilled();
        if (!received.isEmpty()) {
            published = now;
            publish(false);
        } else if (reports) {
            published = now;
        } else if (Duration.between(published, now).compareTo(settings.heartbeatInterval()) >= 0) {
            // Claude may send bytes for long without an event for the reader.
            heartbeat();
        }
        if (cancellation.isRequested()) {
            end(new Cancelled());
        } else {
            endIfBeyondLimits(now);
        }
    }

    @Override
    public boolean hasRoom() {
        return deltas.hasRoom();
    }

    @Override
    public void paused() {
        silent = silent.plus(settings.heartbeatInterval());
        heartbeat();
        if (silent.compareTo(stallTimeout()) >= 0) {
            closeWith(serverError("Claude fell silent in the middle of the answer."));
        } else {
            endIfBeyondLimits(clock.instant());
        }
    }

    private Duration stallTimeout() {
        Duration timeout = attempt.isThinking() ? settings.thinkingStallTimeout() : settings.stallTimeout();
        return attempt.mayBeSilent() && timeout.compareTo(settings.toolStallTimeout()) < 0
                ? settings.toolStallTimeout()
                : timeout;
    }

    @Override
    public void ended() {
        end(serverError("Claude ended the stream before the answer was whole."));
    }

    @Override
    public void broken(String reason) {
        if (!cancellation.isRequested()) {
            LOG.warn("The connection to Claude broke: {}", reason);
        }
        end(serverError("The connection to Claude broke."));
    }

    @Override
    public void failed(Throwable cause) {
        stream.ifPresent(AnswerStream::close);
        end.completeExceptionally(cause);
    }

    /** Not while deltas wait for their delivery, which will show as much. */
    private void heartbeat() {
        if (deltas.hasRoom() && !attempt.reportWithheld()) {
            deltas.heartbeat();
        }
        published = clock.instant();
    }

    /** An event that is not complete yet takes memory, too. */
    private void countBuffer() {
        int buffer = framer.bufferBytes();
        if (buffer != countedBuffer) {
            deltas.keep(buffer - countedBuffer);
            countedBuffer = buffer;
        }
    }

    private void endIfBeyondLimits(Instant now) {
        if (now.isAfter(endsBy)) {
            closeWith(new Broken(ApiError.of(504, "The answer took too long."), true));
        } else if (deltas.isTooLong()) {
            closeWith(deltas.tooLong());
        }
    }

    private void publish(boolean last) {
        if (!received.isEmpty()) {
            deltas.frames(received, last);
            deltas.keep(shown.grownBytes());
            received.clear();
        }
    }

    /** Ends a call that Claude has not ended: what it costs is unknown unless Claude has reported its usage. */
    private void closeWith(Ending ending) {
        attempt.closed();
        end(ending);
    }

    /** Whatever ends the call, an answer that was received as a whole is complete. */
    private void end(Ending ending) {
        boolean whole = shown.complete();
        publish(whole);
        if (whole) {
            stream.ifPresent(answer -> answer.drain(END_TIMEOUT));
            end.complete(new Completed());
        } else {
            stream.ifPresent(AnswerStream::close);
            end.complete(cancellation.isRequested() ? new Cancelled() : ending);
        }
    }

    private static Broken serverError(String message) {
        return new Broken(ApiError.of(500, message));
    }
}
