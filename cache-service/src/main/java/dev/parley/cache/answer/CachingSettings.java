package dev.parley.cache.answer;

import java.time.Duration;

/**
 * Which answers are cached, and for how long.
 *
 * @param ttl of an answer after its end
 * @param keptBytesMax the largest cached answer: its message and its gzipped frames, in bytes
 * @param questionsMax the questions of a partition that similar ones are compared with; the oldest are dropped
 */
public record CachingSettings(Duration ttl, int keptBytesMax, int questionsMax) {}
