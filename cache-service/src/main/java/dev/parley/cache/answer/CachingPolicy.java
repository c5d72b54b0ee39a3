package dev.parley.cache.answer;

import static dev.parley.cache.answer.CacheDecision.Reason.CACHED;
import static dev.parley.cache.answer.CacheDecision.Reason.EXPIRED;
import static dev.parley.cache.answer.CacheDecision.Reason.FORBIDDEN;
import static dev.parley.cache.answer.CacheDecision.Reason.NOT_COMPLETED;
import static dev.parley.cache.answer.CacheDecision.Reason.STOPPED_EARLY;
import static dev.parley.cache.answer.CacheDecision.Reason.TOO_LARGE;
import static dev.parley.cache.answer.CacheDecision.Reason.WITHOUT_FRAMES;

import dev.parley.cache.answer.CacheDecision.Skip;
import dev.parley.cache.answer.CacheDecision.Store;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntSupplier;

/** Decides whether the answer of a turn is cached. */
public final class CachingPolicy {
    private final CachingSettings settings;

    public CachingPolicy(CachingSettings settings) {
        this.settings = settings;
    }

    public CachingSettings settings() {
        return settings;
    }

    /** The rest of the time to live. From the end of the answer and not from now: a late or redelivered event does not extend it. */
    public Duration remaining(Turn turn, Instant now) {
        return Duration.between(now, turn.facts().endedAt().plus(settings.ttl()));
    }

    /**
     * Decides.
     *
     * @param framed whether the turn has the frames of the answer
     * @param keptBytes the size of its message and its gzipped frames, in bytes; only asked for if nothing else forbids to cache it
     */
    public CacheDecision decide(Turn turn, boolean framed, IntSupplier keptBytes, Instant now) {
        return switch (turn) {
            case ChatCompleted completed -> decideCompleted(completed, framed, keptBytes, now);
            case ChatFailed _, ChatCancelled _ -> new Skip(NOT_COMPLETED);
        };
    }

    private CacheDecision decideCompleted(ChatCompleted turn, boolean framed, IntSupplier keptBytes, Instant now) {
        if (turn.facts().cache().isStored()) {
            return new Skip(CACHED);
        }
        if (turn.facts().cachePolicy() == CachePolicy.NO_STORE) {
            return new Skip(FORBIDDEN);
        }
        if (!turn.endedWell()) {
            return new Skip(STOPPED_EARLY);
        }
        if (!framed) {
            return new Skip(WITHOUT_FRAMES);
        }
        Duration remaining = remaining(turn, now);
        if (remaining.toMillis() < 1) {
            return new Skip(EXPIRED);
        }
        return keptBytes.getAsInt() > settings.keptBytesMax() ? new Skip(TOO_LARGE) : new Store(remaining);
    }
}
