package dev.parley.benchmarks.load;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/**
 * The headers of a response about the reuse of answers; empty if it has none.
 *
 * @param generation the response's own
 * @param cache the verdict: {@code miss}, {@code exact} or {@code similar}
 * @param gate what decided about similar questions
 * @param source the generation whose answer was reused
 */
public record ReuseHeaders(String generation, String cache, String gate, String source) {
    /** Verdicts on look-ups that were not made, or not finished. */
    private static final List<String> SKIPPED = List.of("late", "crowded", "unavailable", "failed");

    public static final ReuseHeaders NONE = new ReuseHeaders("", "", "", "");

    public static ReuseHeaders of(HttpHeaders headers) {
        return new ReuseHeaders(
                headers.get("x-parley-generation", ""),
                headers.get("x-parley-cache", ""),
                headers.get("x-parley-similar", ""),
                headers.get("x-parley-source", ""));
    }

    /** Whether the answer to another question was reused. */
    public boolean isSimilar() {
        return cache.equals("similar");
    }

    public boolean isMiss() {
        return cache.equals("miss");
    }

    /** Whether it says anything about similar questions. */
    public boolean considersSimilar() {
        return isSimilar() || !gate.isEmpty() || !source.isEmpty();
    }

    /** Whether a look-up for similar questions was not made, or not in time. */
    public boolean isSkipped() {
        return SKIPPED.contains(gate);
    }

    /** The gate without its reason: {@code lexical} of {@code lexical:numbers}. */
    public String gateName() {
        return gate.isEmpty() ? "none" : gate.split(":", 2)[0];
    }
}
