package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;
import dev.parley.inference.generation.Ending.Broken;
import dev.parley.inference.generation.Ending.Cancelled;
import dev.parley.inference.generation.Ending.Whole;
import dev.parley.messages.ApiError;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Hands on to one reader what another generation is answered. Blocks the calling thread. */
final class Following {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Broadcast leader;
    private final GenerationSettings settings;
    private final Clock clock;
    private final DeltaWriter deltas;
    private final ShownAnswer shown;
    private final Cancellation cancellation;
    private final Instant begunAt;

    Following(
            Broadcast leader,
            GenerationSettings settings,
            Clock clock,
            DeltaWriter deltas,
            ShownAnswer shown,
            Cancellation cancellation) {
        this.leader = leader;
        this.settings = settings;
        this.clock = clock;
        this.deltas = deltas;
        this.shown = shown;
        this.cancellation = cancellation;
        this.begunAt = clock.instant();
    }

    /** How it ended for this reader; empty if the leader stopped without an end. */
    Optional<Ending> toItsEnd() throws InterruptedException {
        cancellation.onRequest(leader::wake);
        deltas.followed();
        int position = 0;
        while (leader.mayHave(position)) {
            if (cancellation.isRequested()) {
                return Optional.of(deltas.told(new Cancelled()));
            }
            Optional<Delta> piece = leader.await(position, settings.heartbeatInterval(), cancellation);
            if (piece.isEmpty()) {
                deltas.heartbeat();
                continue;
            }
            position++;
            Optional<Ending> ending = handOn(piece.get());
            if (ending.isPresent()) {
                return ending;
            }
        }
        return Optional.empty();
    }

    private Optional<Ending> handOn(Delta piece) {
        return switch (piece) {
            case Delta.Frames frames -> {
                for (SseFrame frame : new SseFramer(settings.frameBytesMax()).push(ByteBuffer.wrap(frames.frames()))) {
                    shown.add(frame, frame.json(MAPPER), begunAt, clock.instant());
                }
                deltas.copied(frames);
                yield frames.last() ? Optional.of(new Whole()) : Optional.empty();
            }
            case Delta.Failed failed -> {
                deltas.failed(failed.status(), failed.retryAfter(), failed.body());
                yield Optional.of(new Broken(ApiError.parse(failed.status(), failed.body())));
            }
            case Delta.Heartbeat _, Delta.Followed _, Delta.Released _, Delta.Recorded _ -> Optional.empty();
        };
    }
}
