package dev.parley.inference.generation;

import dev.parley.inference.generation.Claude.AnswerStream;
import dev.parley.inference.generation.Claude.Piece;
import dev.parley.inference.generation.Ending.Broken;
import dev.parley.inference.generation.Ending.Cancelled;
import dev.parley.inference.generation.Ending.Completed;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Copies one answer from Claude to the log, event by event, until it ends. Owned by the thread of the generation. */
final class AnswerPump {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerPump.class);
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final GenerationSettings settings;
    private final Clock clock;
    private final DeltaWriter deltas;
    private final AttemptRecord attempt;
    private final DeliveredAnswer shown;
    private final Optional<Splicer> splicer;
    private final Instant endsBy;
    private final SseFramer framer;
    private Instant published;

    /**
     * Makes a pump.
     *
     * @param splicer makes the events continue what was delivered before; empty if nothing was
     * @param endsBy after which the answer counts as broken even if Claude continues
     */
    AnswerPump(
            GenerationSettings settings,
            Clock clock,
            DeltaWriter deltas,
            AttemptRecord attempt,
            DeliveredAnswer shown,
            Optional<Splicer> splicer,
            Instant endsBy) {
        this.settings = settings;
        this.clock = clock;
        this.deltas = deltas;
        this.attempt = attempt;
        this.shown = shown;
        this.splicer = splicer;
        this.endsBy = endsBy;
        this.framer = new SseFramer(settings.frameBytesMax());
        this.published = clock.instant();
    }

    Ending run(AnswerStream answer, Cancellation cancellation) throws InterruptedException {
        cancellation.onRequest(answer::abandon);
        Duration silent = Duration.ZERO;
        while (!cancellation.isRequested()) {
            Piece piece = answer.next(settings.heartbeatInterval());
            Optional<Ending> ending = switch (piece) {
                case Piece.Bytes bytes -> {
                    silent = Duration.ZERO;
                    Optional<Ending> forwarded = forward(bytes.bytes());
                    heartbeatIfDue();
                    yield forwarded;
                }
                case Piece.Silence _ -> {
                    silent = silent.plus(settings.heartbeatInterval());
                    deltas.heartbeat();
                    published = clock.instant();
                    yield stalled(silent);
                }
                case Piece.End _ -> Optional.of(broken("Claude ended the stream before the answer was whole."));
                case Piece.Break connection -> {
                    LOG.warn("The connection to Claude broke: {}", connection.reason());
                    yield Optional.of(broken("The connection to Claude broke."));
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

    /** Claude may send bytes for long without an event for the reader. */
    private void heartbeatIfDue() {
        if (Duration.between(published, clock.instant()).compareTo(settings.heartbeatInterval()) >= 0) {
            deltas.heartbeat();
            published = clock.instant();
        }
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
            ending = Optional.of(broken("Claude sent what is no answer."));
        }
        if (!good.isEmpty()) {
            published = now;
            deltas.frames(good, ending.filter(Completed.class::isInstance).isPresent());
        }
        return ending;
    }

    private Optional<Ending> stalled(Duration silent) {
        return silent.compareTo(settings.stallTimeout()) < 0
                ? Optional.empty()
                : Optional.of(broken("Claude fell silent in the middle of the answer."));
    }

    private static Broken broken(String message) {
        return new Broken(ApiError.of(500, message));
    }
}
