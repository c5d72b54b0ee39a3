package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.InferenceRequested;
import dev.parley.inference.generation.Claude.Call;
import dev.parley.inference.generation.Claude.Response;
import dev.parley.inference.generation.Ending.Broken;
import dev.parley.inference.generation.Ending.Cancelled;
import dev.parley.inference.generation.Ending.Refused;
import dev.parley.inference.generation.Ending.Whole;
import dev.parley.inference.generation.RetryPolicy.Decision;
import dev.parley.inference.generation.RetryPolicy.Standing;
import dev.parley.inference.generation.RetryPolicy.Way;
import dev.parley.messages.ApiError;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One generation, call by call, until its end. Owned by the thread that runs it, which it blocks. */
final class GenerationRun {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationRun.class);
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final Duration PATIENCE_FOR_THE_END = Duration.ofMillis(500);

    private final Claude claude;
    private final GenerationSettings settings;
    private final Clock clock;
    private final InferenceRequested inference;
    private final Cancellation cancellation;
    private final Instant begunAt;
    private final ShownAnswer shown = new ShownAnswer();
    private final List<AttemptRecord> attempts = new ArrayList<>();
    private final Deque<String> otherModels;
    private DeltaWriter deltas;
    private String model;
    private Way way = Way.AS_ASKED;
    private int broken;
    private int refused;

    GenerationRun(
            Claude claude,
            GenerationSettings settings,
            Clock clock,
            InferenceRequested inference,
            DeltaWriter deltas,
            Cancellation cancellation) {
        this.claude = claude;
        this.settings = settings;
        this.clock = clock;
        this.inference = inference;
        this.deltas = deltas;
        this.cancellation = cancellation;
        this.begunAt = clock.instant();
        this.model = inference.requested().model();
        this.otherModels = new ArrayDeque<>(settings.retries().fallbacksOf(model));
    }

    /** Takes in what the log says of the attempts before. */
    void after(Slice slice) {
        if (slice.attempt() == 0) {
            return;
        }
        AttemptRecord before = new AttemptRecord(slice.attempt(), model, inference.decidedAt());
        slice.frames().forEach(frame -> {
            var event = frame.json(MAPPER);
            before.received(event);
            shown.add(frame, event, inference.decidedAt(), slice.lastSeen());
        });
        attempts.add(before);
        broken = slice.attemptsShown();
    }

    /** From its beginning. */
    Ending run() throws InterruptedException {
        try {
            deltas.heartbeat();
            return toItsEnd(Optional.empty());
        } catch (InterruptedException e) {
            deltas.released();
            throw e;
        }
    }

    /** On from where {@link #after} has left it: its owner is gone. */
    Ending goOn() throws InterruptedException {
        try {
            return toItsEnd(attempts.isEmpty() ? Optional.empty() : Optional.of(interrupted()));
        } catch (InterruptedException e) {
            deltas.released();
            throw e;
        }
    }

    /** As another generation is answered, which asked the same; on its own if that one stops without an end. */
    Ending follow(Broadcast leader) throws InterruptedException {
        try {
            deltas.heartbeat();
            cancellation.onRequest(leader::wake);
            int position = 0;
            while (leader.mayHave(position)) {
                if (cancellation.isRequested()) {
                    return told(new Cancelled());
                }
                Optional<Delta> piece = leader.await(position, settings.heartbeatInterval(), cancellation);
                if (piece.isEmpty()) {
                    deltas.heartbeat();
                    continue;
                }
                position++;
                switch (piece.get()) {
                    case Delta.Frames frames -> {
                        show(frames);
                        if (frames.last()) {
                            return new Whole();
                        }
                    }
                    case Delta.Failed failed -> {
                        deltas.failed(failed.status(), failed.retryAfter(), failed.body());
                        return new Broken(ApiError.parse(failed.status(), failed.body()));
                    }
                    default -> throw new IllegalStateException("no piece of an answer");
                }
            }
            broken = 1;
            return toItsEnd(shown.begun() ? Optional.of(interrupted()) : Optional.empty());
        } catch (InterruptedException e) {
            deltas.released();
            throw e;
        }
    }

    private void show(Delta.Frames frames) {
        for (SseFrame frame : new SseFramer(settings.frameBytesMax()).push(ByteBuffer.wrap(frames.frames()))) {
            shown.add(frame, frame.json(MAPPER), begunAt, clock.instant());
        }
        deltas.copied(frames);
    }

    static Broken interrupted() {
        return new Broken(ApiError.of(500, "The answer was interrupted. Please ask again."));
    }

    private Ending toItsEnd(Optional<Ending> already) throws InterruptedException {
        Optional<Ending> last = already;
        while (true) {
            Ending ending = last.isPresent() ? last.get() : call();
            last = Optional.empty();
            if (cancellation.isRequested() && !(ending instanceof Whole)) {
                return told(new Cancelled());
            }
            Decision decision = RetryPolicy.after(
                    ending,
                    standing(),
                    settings.retries(),
                    ThreadLocalRandom.current().nextDouble());
            switch (decision) {
                case Decision.GiveUp _ -> {
                    return told(ending);
                }
                case Decision.Complete _ -> {
                    complete();
                    return new Whole();
                }
                case Decision.Again(var pause) -> {
                    LOG.info("Claude will be asked again in {} ms", pause.toMillis());
                    if (cancelledWithin(pause)) {
                        return told(new Cancelled());
                    }
                }
                case Decision.GoOn(var next) -> {
                    LOG.info("Claude will be asked to go on, by {}", next);
                    way = next;
                }
                case Decision.AskOtherModel _ -> {
                    model = otherModels.remove();
                    refused = 0;
                    LOG.info("{} will be asked instead", model);
                }
            }
        }
    }

    private Standing standing() {
        return new Standing(
                shown.progress(),
                way,
                broken,
                refused,
                Duration.between(begunAt, clock.instant()),
                !otherModels.isEmpty());
    }

    private Ending call() throws InterruptedException {
        if (!attempts.isEmpty() && attempts.getLast().number() == deltas.attempt()) {
            deltas = deltas.next();
            deltas.heartbeat();
        }
        AttemptRecord attempt = new AttemptRecord(deltas.attempt(), model, clock.instant());
        attempts.add(attempt);
        Ending ending = answer(attempt);
        attempt.ended(ending, clock.instant());
        switch (ending) {
            case Broken _ -> {
                broken++;
                refused = 0;
            }
            case Refused _ -> refused++;
            case Whole _, Cancelled _ -> {
                // The end.
            }
        }
        return ending;
    }

    private Ending answer(AttemptRecord attempt) throws InterruptedException {
        CompletableFuture<Response> call = claude.ask(request());
        cancellation.onRequest(() -> call.cancel(true));
        Duration waited = Duration.ZERO;
        while (true) {
            try {
                Response response = call.get(settings.heartbeatInterval().toMillis(), TimeUnit.MILLISECONDS);
                return switch (response) {
                    case Response.Accepted accepted -> {
                        attempt.answered(accepted.status(), accepted.requestId());
                        yield stream(accepted, attempt);
                    }
                    case Response.Refused no -> {
                        attempt.answered(no.status(), no.requestId());
                        yield new Refused(no.status(), no.retryAfter(), no.error(), no.finalWord());
                    }
                };
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

    private Ending stream(Response.Accepted accepted, AttemptRecord attempt) throws InterruptedException {
        Optional<Splicer> splicer = shown.begun()
                ? Optional.of(new Splicer(
                        shown,
                        way,
                        attempts.stream()
                                .mapToLong(earlier -> earlier.usage().outputTokens())
                                .sum()))
                : Optional.empty();
        try (var answer = accepted.answer()) {
            Ending ending = new AnswerPump(settings, clock, deltas, attempt, shown, splicer).run(answer, cancellation);
            if (ending instanceof Whole) {
                answer.awaitEnd(PATIENCE_FOR_THE_END);
            }
            return ending;
        }
    }

    private Call request() {
        ChatRequested requested = inference.requested();
        byte[] request = requested.request();
        if (way != Way.AS_ASKED) {
            request = Continuation.request(MAPPER, request, way, shown.text());
        }
        if (!model.equals(requested.model())) {
            request = MAPPER.writeValueAsBytes(((ObjectNode) MAPPER.readTree(request)).put("model", model));
        }
        return new Call(model, requested.anthropicVersion(), requested.anthropicBeta(), request);
    }

    /** Supplies the one event that Claude did not send. */
    private void complete() {
        Splicer.Event end = Splicer.made(MAPPER.createObjectNode().put("type", "message_stop"));
        shown.add(end.frame(), end.json(), begunAt, clock.instant());
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

    /** Tells the reader how it ended, if the last piece did not. */
    private Ending told(Ending ending) {
        switch (ending) {
            case Whole _ -> {
                // The last piece said so.
            }
            case Refused no -> deltas.failed(no.error().status(), no.retryAfter(), body(no.error()));
            case Broken cut -> deltas.failed(cut.error().status(), "", body(cut.error()));
            case Cancelled _ -> deltas.failed(Cancelled.STATUS, "", body(Cancelled.error()));
        }
        return ending;
    }

    private byte[] body(ApiError error) {
        return error.body(inference.requested().generation().value());
    }

    InferenceRequested inference() {
        return inference;
    }

    ShownAnswer shown() {
        return shown;
    }

    List<AttemptRecord> attempts() {
        return attempts;
    }

    DeltaWriter deltas() {
        return deltas;
    }
}
