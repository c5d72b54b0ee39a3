package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;
import dev.parley.inference.generation.calls.Ending;
import dev.parley.inference.generation.calls.Ending.Broken;
import dev.parley.inference.generation.calls.Ending.Cancelled;
import dev.parley.inference.generation.calls.Ending.Completed;
import dev.parley.messages.ApiError;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Copies the stream of another generation to one reader. Blocks the calling thread. */
final class FollowerRun {
    private final SharedStream leader;
    private final String key;
    private final GenerationSettings settings;
    private final Clock clock;
    private final DeltaWriter deltas;
    private final DeliveredAnswer shown;
    private final Cancellation cancellation;
    private final Instant begunAt;

    FollowerRun(
            SharedStream leader,
            String key,
            GenerationSettings settings,
            Clock clock,
            DeltaWriter deltas,
            DeliveredAnswer shown,
            Cancellation cancellation) {
        this.leader = leader;
        this.key = key;
        this.settings = settings;
        this.clock = clock;
        this.deltas = deltas;
        this.shown = shown;
        this.cancellation = cancellation;
        this.begunAt = clock.instant();
    }

    /** The end of the answer for this reader; empty if the leader stopped before its end. */
    Optional<Ending> run() throws InterruptedException {
        deltas.followed();
        try (var _ = cancellation.onRequest(leader::wake)) {
            return copyAll();
        }
    }

    private Optional<Ending> copyAll() throws InterruptedException {
        int position = 0;
        while (leader.mayContinueAt(position)) {
            if (cancellation.isRequested()) {
                return Optional.of(deltas.publishEnd(new Cancelled()));
            }
            Optional<SharedStream.Piece> piece = leader.await(position, settings.heartbeatInterval(), cancellation);
            if (piece.isEmpty()) {
                deltas.heartbeat();
                continue;
            }
            position++;
            deltas.awaitRoom(cancellation);
            copy(piece.get());
            if (piece.get().last()) {
                return Optional.of(new Completed());
            }
            if (deltas.isTooLong()) {
                return Optional.of(deltas.publishEnd(deltas.tooLong()));
            }
        }
        return leader.failure(key).map(this::fail);
    }

    private void copy(SharedStream.Piece piece) {
        for (SseFrame frame : new SseFramer(settings.frameBytesMax()).push(ByteBuffer.wrap(piece.frames()))) {
            shown.add(frame, frame.json(), begunAt, clock);
        }
        piece.model().ifPresent(deltas::answeredBy);
        deltas.frames(piece.frames(), piece.last());
        deltas.keep(shown.grownBytes());
    }

    private Ending fail(Delta.Failed failed) {
        ApiError error = ApiError.parse(failed.status(), failed.body());
        deltas.failed(error, failed.retryAfter(), failed.noRetry());
        return new Broken(error, failed.noRetry());
    }
}
