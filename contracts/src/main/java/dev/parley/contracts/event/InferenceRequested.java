package dev.parley.contracts.event;

import java.time.Instant;

/**
 * No cached answer serves a request, so Claude is to be asked.
 *
 * @param verdict {@link CacheVerdict#MISS} or {@link CacheVerdict#BYPASS}
 * @param decidedAt when cache-service had decided
 * @param doubtful whether somebody may have begun to answer already, so that the log has to be asked first
 */
public record InferenceRequested(ChatRequested requested, CacheVerdict verdict, Instant decidedAt, boolean doubtful) {}
