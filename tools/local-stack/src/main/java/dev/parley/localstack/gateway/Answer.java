package dev.parley.localstack.gateway;

/**
 * A complete answer, as its client saw it. Durations begin when the request is sent.
 *
 * @param cache the result of the cache lookup, as in {@code x-parley-cache}
 */
public record Answer(
        String text,
        String generation,
        String conversation,
        String cache,
        double firstTextMillis,
        double wholeMillis) {}
