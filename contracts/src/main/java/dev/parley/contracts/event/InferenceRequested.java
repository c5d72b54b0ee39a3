package dev.parley.contracts.event;

import java.time.Duration;
import java.time.Instant;

/**
 * No cached answer serves a request, so Claude is to be asked.
 *
 * @param verdict {@link CacheVerdict#MISS} or {@link CacheVerdict#BYPASS}
 * @param decidedAt when cache-service had decided
 * @param doubtful whether somebody may have begun to answer already, so that the log has to be asked first
 */
public record InferenceRequested(ChatRequested requested, CacheVerdict verdict, Instant decidedAt, boolean doubtful) {
    private static final Duration YOUNG = Duration.ofSeconds(3);

    /**
     * Whether nobody else can have begun to answer: a request older than 3 s may have been passed on twice, by a sender
     * that was frozen and its successor.
     */
    public boolean fresh(Instant now) {
        return !doubtful && requested.publishedAt().plus(YOUNG).isAfter(now);
    }
}
