package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;
import dev.parley.inference.generation.Ending.Broken;
import dev.parley.inference.generation.Ending.Cancelled;
import dev.parley.inference.generation.Ending.Completed;
import dev.parley.messages.ApiError;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Copies the stream of another generation to one reader. Blocks the calling thread. */
final class FollowerRun {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final SharedStream leader;
    private final GenerationSettings settings;
    private final Clock clock;
    private final DeltaWriter deltas;
    private final DeliveredAnswer shown;
    private final Cancellation cancellation;
    private final Instant begunAt;

    FollowerRun(
            SharedStream leader,
            GenerationSettings settings,
            Clock clock,
            DeltaWriter deltas,
            DeliveredAnswer shown,
            Cancellation cancellation) {
        this.leader = leader;
        this.settings = settings;
        this.clock = clock;
        this.deltas = deltas;
        this.shown = shown;
        this.cancellation = cancellation;
        this.begunAt = clock.instant();
    }

    /** The end of the answer for this reader; empty if the leader stopped before its end. */
    Optional<Ending> run() throws InterruptedException {
        cancellation.onRequest(leader::wake);
        deltas.followed();
        int position = 0;
        while (leader.mayContinueAt(position)) {
            if (cancellation.isRequested()) {
                return Optional.of(deltas.publishEnd(new Cancelled()));
            }
            Optional<Delta> piece = leader.await(position, settings.heartbeatInterval(), cancellation);
            if (piece.isEmpty()) {
                deltas.heartbeat();
                continue;
            }
            position++;
            Optional<Ending> ending = copy(piece.get());
            if (ending.isPresent()) {
                return ending;
            }
        }
        return Optional.empty();
    }

    private Optional<Ending> copy(Delta piece) {
        return switch (piece) {
            case Delta.Frames frames -> {
                for (SseFrame frame : new SseFramer(settings.frameBytesMax()).push(ByteBuffer.wrap(frames.frames()))) {
                    shown.add(frame, frame.json(MAPPER), begunAt, clock.instant());
                }
                frames.answeredBy().ifPresent(deltas::answeredBy);
                deltas.frames(frames.frames(), frames.last());
                yield frames.last() ? Optional.of(new Completed()) : Optional.empty();
            }
            case Delta.Failed failed -> {
                deltas.failed(failed.status(), failed.retryAfter(), failed.body());
                yield Optional.of(new Broken(ApiError.parse(failed.status(), failed.body())));
            }
            case Delta.Heartbeat _, Delta.Followed _, Delta.Released _, Delta.Recorded _ -> Optional.empty();
        };
    }
}
