package dev.parley.cache.answer;

import java.time.Duration;

/**
 * Which answers are cached, and for how long.
 *
 * @param ttl of an answer after its end
 * @param keptBytesMax the largest cached answer: its message and its gzipped frames, in bytes
 */
public record CachingSettings(Duration ttl, int keptBytesMax) {}
