package dev.parley.inference.generation;

import dev.parley.inference.generation.Ending.Broken;
import dev.parley.inference.generation.Ending.Cancelled;
import dev.parley.inference.generation.Ending.Refused;
import dev.parley.inference.generation.Ending.Whole;
import dev.parley.inference.generation.RetryPolicy.Decision;
import dev.parley.inference.generation.RetryPolicy.Standing;
import dev.parley.inference.generation.RetryPolicy.Way;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** One generation, call by call, until its end. Owned by the thread that runs it, which it blocks. */
final class GenerationRun {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationRun.class);
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Claude claude;
    private final GenerationSettings settings;
    private final Clock clock;
    private final RoutedRequest request;
    private final Cancellation cancellation;
    private final Instant begunAt;
    private final ShownAnswer shown = new ShownAnswer();
    private final CallsMade calls = new CallsMade();
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
            RoutedRequest request,
            DeltaWriter deltas,
            Cancellation cancellation) {
        this.claude = claude;
        this.settings = settings;
        this.clock = clock;
        this.request = request;
        this.deltas = deltas;
        this.cancellation = cancellation;
        this.begunAt = clock.instant();
        this.model = request.requested().model();
        this.otherModels = new ArrayDeque<>(settings.retries().fallbacksOf(model));
    }

    /** Takes in what the log says of the attempts before. */
    void after(Slice slice) {
        if (slice.attempt() == 0) {
            return;
        }
        AttemptRecord before = new AttemptRecord(slice.attempt(), model, request.decidedAt());
        slice.frames().forEach(frame -> {
            var event = frame.json(MAPPER);
            before.received(event);
            shown.add(frame, event, request.decidedAt(), slice.lastSeen());
        });
        broken = slice.attemptsShown();
        if (!slice.copied()) {
            calls.after(
                    slice,
                    before,
                    new AttemptRecord(slice.attempt(), model, request.decidedAt()),
                    shown.message().path("usage").path("output_tokens").longValue(0));
        }
    }

    /** From its beginning; or, if its owner is gone, on from where {@link #after} has left it. */
    Ending run() throws InterruptedException {
        try {
            return toItsEnd(broken == 0 && calls.none() ? Optional.empty() : Optional.of(interrupted()));
        } catch (InterruptedException e) {
            deltas.released();
            throw e;
        }
    }

    /** As another generation is answered, which asked the same; on its own if that one stops without an end. */
    Ending follow(Broadcast leader) throws InterruptedException {
        try {
            Optional<Ending> ending = new Following(leader, settings, clock, deltas, shown, cancellation).toItsEnd();
            if (ending.isPresent()) {
                return ending.get();
            }
            broken = 1;
            deltas = deltas.next();
            deltas.begin(calls.account());
            return toItsEnd(shown.begun() ? Optional.of(interrupted()) : Optional.empty());
        } catch (InterruptedException e) {
            deltas.released();
            throw e;
        }
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
                return deltas.told(new Cancelled());
            }
            Decision decision = RetryPolicy.after(
                    ending,
                    standing(),
                    settings.retries(),
                    ThreadLocalRandom.current().nextDouble());
            switch (decision) {
                case Decision.GiveUp _ -> {
                    return deltas.told(ending);
                }
                case Decision.Complete _ -> {
                    complete();
                    return new Whole();
                }
                case Decision.Again(var pause) -> {
                    LOG.info("Claude will be asked again in {} ms", pause.toMillis());
                    if (cancelledWithin(pause)) {
                        return deltas.told(new Cancelled());
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
        if (!calls.none()) {
            if (calls.last().number() == deltas.attempt()) {
                deltas = deltas.next();
                deltas.begin(calls.account());
            } else {
                deltas.heartbeat(calls.account());
            }
        }
        AttemptRecord attempt = new AttemptRecord(deltas.attempt(), model, clock.instant());
        calls.add(attempt);
        if (shown.begun()) {
            // Its message_start is not for the reader, but says what is billed.
            attempt.onBegun(() -> deltas.heartbeat(calls.account()));
        }
        var asked = claude.ask(Continuation.call(MAPPER, request.requested(), model, way, shown));
        deltas.firstHeartbeat();
        Ending ending = claudeCall(attempt).make(asked);
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

    private ClaudeCall claudeCall(AttemptRecord attempt) {
        Optional<Splicer> splicer =
                shown.begun() ? Optional.of(new Splicer(shown, way, calls.outputTokens())) : Optional.empty();
        Instant endsBy = begunAt.plus(settings.retries().lifetimeMax());
        return new ClaudeCall(settings, clock, deltas, attempt, shown, splicer, cancellation, endsBy);
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

    RoutedRequest request() {
        return request;
    }

    ShownAnswer shown() {
        return shown;
    }

    List<AttemptRecord> attempts() {
        return calls.all();
    }

    DeltaWriter deltas() {
        return deltas;
    }
}
