package dev.parley.cache.answer;

import java.time.Duration;

/**
 * What is kept, and for how long.
 *
 * @param ttl how long after its end an answer may be given again
 * @param keptBytesMax the largest answer that is kept: its message and its gzipped frames, in bytes
 */
public record AnswerSettings(Duration ttl, int keptBytesMax) {}
