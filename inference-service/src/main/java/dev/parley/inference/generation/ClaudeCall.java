package dev.parley.inference.generation;

import dev.parley.inference.generation.Claude.AnswerStream;
import dev.parley.inference.generation.Claude.Piece;
import dev.parley.inference.generation.Claude.Response;
import dev.parley.inference.generation.Ending.Broken;
import dev.parley.inference.generation.Ending.Cancelled;
import dev.parley.inference.generation.Ending.Completed;
import dev.parley.inference.generation.Ending.Refused;
import dev.parley.inference.generation.Splicer.Event;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One call to Claude: waits for the response and copies the answer to the log, event by event, until it ends, with a heartbeat
 * at every interval. Blocks the thread of the generation, which owns it.
 */
final class ClaudeCall {
    private static final Logger LOG = LoggerFactory.getLogger(ClaudeCall.class);
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final Duration END_TIMEOUT = Duration.ofMillis(500);

    private final GenerationSettings settings;
    private final Clock clock;
    private final DeltaWriter deltas;
    private final AttemptRecord attempt;
    private final DeliveredAnswer shown;
    private final Optional<Splicer> splicer;
    private final Cancellation cancellation;
    private final Instant endsBy;
    private final SseFramer framer;
    private Instant published = Instant.MIN;

    /**
     * Prepares it.
     *
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

    /** Waits for the response, at most for the first-byte timeout, and copies it to the log. */
    Ending make(CompletableFuture<Response> call) throws InterruptedException {
        cancellation.onRequest(() -> call.cancel(true));
        Duration waited = Duration.ZERO;
        while (true) {
            try {
                return ending(call.get(settings.heartbeatInterval().toMillis(), TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                deltas.heartbeat();
                waited = waited.plus(settings.heartbeatInterval());
                if (waited.compareTo(settings.firstByteTimeout()) >= 0 && call.cancel(true)) {
                    return new Refused(0, "", ApiError.of(504, "Claude did not begin to answer in time."), false);
                }
            } catch (CancellationException e) {
                return new Cancelled();
            } catch (ExecutionException e) {
                throw new IllegalStateException("asking Claude must not fail but by a refusal", e.getCause());
            }
        }
    }

    private Ending ending(Response response) throws InterruptedException {
        return switch (response) {
            case Response.Accepted accepted -> {
                attempt.answered(accepted.status(), accepted.requestId());
                yield answer(accepted.answer());
            }
            case Response.Refused no -> {
                attempt.answered(no.status(), no.requestId());
                yield new Refused(no.status(), no.retryAfter(), no.error(), no.noRetry());
            }
        };
    }

    private Ending answer(AnswerStream stream) throws InterruptedException {
        try (stream) {
            cancellation.onRequest(stream::abandon);
            published = clock.instant();
            Ending ending = copy(stream);
            if (ending instanceof Completed) {
                stream.awaitEnd(END_TIMEOUT);
            }
            return ending;
        }
    }

    private Ending copy(AnswerStream answer) throws InterruptedException {
        Duration silent = Duration.ZERO;
        while (!cancellation.isRequested()) {
            Piece piece = answer.next(settings.heartbeatInterval());
            Optional<Ending> ending = switch (piece) {
                case Piece.Bytes bytes -> {
                    silent = Duration.ZERO;
                    Optional<Ending> forwarded = forward(bytes.bytes());
                    // Claude may send bytes for long without an event for the reader.
                    if (Duration.between(published, clock.instant()).compareTo(settings.heartbeatInterval()) >= 0) {
                        heartbeat();
                    }
                    yield forwarded;
                }
                case Piece.Silence _ -> {
                    silent = silent.plus(settings.heartbeatInterval());
                    heartbeat();
                    yield silent.compareTo(settings.stallTimeout()) < 0
                            ? Optional.empty()
                            : broken("Claude fell silent in the middle of the answer.");
                }
                case Piece.End _ -> broken("Claude ended the stream before the answer was whole.");
                case Piece.Break connection -> {
                    LOG.warn("The connection to Claude broke: {}", connection.reason());
                    yield broken("The connection to Claude broke.");
                }
            };
            if (ending.isEmpty() && clock.instant().isAfter(endsBy)) {
                return new Broken(ApiError.of(504, "The answer took too long."));
            }
            if (ending.isPresent()) {
                return cancellation.isRequested() && !(ending.get() instanceof Completed)
                        ? new Cancelled()
                        : ending.get();
            }
        }
        return new Cancelled();
    }

    private void heartbeat() {
        deltas.heartbeat();
        published = clock.instant();
    }

    /** Publishes the well-formed events even if a malformed one follows: the delivered text is a prefix of the answer. */
    private Optional<Ending> forward(byte[] bytes) {
        List<SseFrame> good = new ArrayList<>();
        Optional<Ending> ending = Optional.empty();
        Instant now = clock.instant();
        try {
            for (SseFrame frame : framer.push(ByteBuffer.wrap(bytes))) {
                JsonNode event = frame.json(MAPPER);
                if (event.path("type").stringValue("").equals("error")) {
                    ending = Optional.of(new Broken(ApiError.ofClaude(event)));
                    break;
                }
                attempt.received(event);
                for (Event next : splicer.map(splice -> splice.splice(frame, event))
                        .orElseGet(() -> List.of(new Event(frame, event)))) {
                    shown.add(next.frame(), next.json(), attempt.startedAt(), now);
                    good.add(next.frame());
                }
                if (shown.complete()) {
                    ending = Optional.of(new Completed());
                    break;
                }
            }
        } catch (MalformedStreamException e) {
            LOG.warn("Claude sent what is no answer: {}", e.getMessage());
            ending = broken("Claude sent what is no answer.");
        }
        if (!good.isEmpty()) {
            published = now;
            deltas.frames(good, ending.filter(Completed.class::isInstance).isPresent());
        }
        return ending;
    }

    private static Optional<Ending> broken(String message) {
        return Optional.of(new Broken(ApiError.of(500, message)));
    }
}
