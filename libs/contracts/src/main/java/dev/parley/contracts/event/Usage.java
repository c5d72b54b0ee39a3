package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.function.LongBinaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * The counts of what Claude bills, under the names of {@code usage} in the Messages API where it has them. The last three are
 * absent in JSON if they are 0, as in events of earlier versions.
 *
 * @param oneHourCacheCreationInputTokens those of {@code cacheCreationInputTokens} that were written to the 1-hour cache: Claude's
 *     {@code cache_creation.ephemeral_1h_input_tokens}
 * @param serverToolRequests uses of Claude's server tools that are billed besides their tokens, such as web searches
 * @param premiumRequests calls that Claude reports to have made in fast mode, at other rates than those of the price list
 */
public record Usage(
        long inputTokens,
        long outputTokens,
        long cacheCreationInputTokens,
        long cacheReadInputTokens,

        @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.AS_EMPTY)
        long oneHourCacheCreationInputTokens,

        @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.AS_EMPTY)
        long serverToolRequests,

        @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.AS_EMPTY)
        long premiumRequests) {
    public static final Usage NONE = new Usage(0, 0, 0, 0);

    /** A counter of {@code server_tool_use} whose tool costs nothing besides its tokens. */
    private static final String FREE_TOOL = "web_fetch_requests";

    private static final String FAST = "fast";

    /** Without writes to the 1-hour cache, server tools and fast mode. */
    public Usage(long inputTokens, long outputTokens, long cacheCreationInputTokens, long cacheReadInputTokens) {
        this(inputTokens, outputTokens, cacheCreationInputTokens, cacheReadInputTokens, 0, 0, 0);
    }

    public Usage plus(Usage other) {
        return combined(other, Long::sum);
    }

    /** All input tokens, also those that Claude wrote to or read from its prompt cache: the three counts exclude each other. */
    public long promptTokens() {
        return inputTokens + cacheCreationInputTokens + cacheReadInputTokens;
    }

    private Usage combined(Usage other, LongBinaryOperator operator) {
        return new Usage(
                operator.applyAsLong(inputTokens, other.inputTokens),
                operator.applyAsLong(outputTokens, other.outputTokens),
                operator.applyAsLong(cacheCreationInputTokens, other.cacheCreationInputTokens),
                operator.applyAsLong(cacheReadInputTokens, other.cacheReadInputTokens),
                operator.applyAsLong(oneHourCacheCreationInputTokens, other.oneHourCacheCreationInputTokens),
                operator.applyAsLong(serverToolRequests, other.serverToolRequests),
                operator.applyAsLong(premiumRequests, other.premiumRequests));
    }

    /** The counts of Claude's {@code usage} for all prompts of a call; 0 for those that it does not have. */
    public static Usage of(JsonNode usage) {
        return Prompt.total(Prompt.of("", usage));
    }

    /**
     * The tokens of a prompt.
     *
     * @param call its details of cache writes are those of a prompt without any
     */
    static Usage tokens(JsonNode prompt, JsonNode call) {
        long written = prompt.path("cache_creation_input_tokens").longValue(0);
        JsonNode details = (prompt.hasNonNull("cache_creation") ? prompt : call).path("cache_creation");
        return new Usage(
                prompt.path("input_tokens").longValue(0),
                prompt.path("output_tokens").longValue(0),
                written,
                prompt.path("cache_read_input_tokens").longValue(0),
                Math.min(written, details.path("ephemeral_1h_input_tokens").longValue(0)),
                0,
                0);
    }

    /** What is counted for a call as a whole. */
    static Usage besidesTokens(JsonNode call) {
        long fast = call.path("speed").stringValue("").equals(FAST) ? 1 : 0;
        return new Usage(0, 0, 0, 0, 0, billed(call.path("server_tool_use")), fast);
    }

    private static long billed(JsonNode serverToolUse) {
        return serverToolUse
                .propertyStream()
                .filter(counter -> !counter.getKey().equals(FREE_TOOL))
                .mapToLong(counter -> counter.getValue().longValue(0))
                .sum();
    }

    public Usage withoutOutput() {
        return new Usage(
                inputTokens,
                0,
                cacheCreationInputTokens,
                cacheReadInputTokens,
                oneHourCacheCreationInputTokens,
                serverToolRequests,
                premiumRequests);
    }

    public Usage withoutTokens() {
        return new Usage(0, 0, 0, 0, 0, serverToolRequests, premiumRequests);
    }

    /** The higher one of each count. */
    public Usage atLeast(Usage other) {
        return combined(other, Math::max);
    }

    /** These counts with at least so many output tokens and uses of server tools. */
    public Usage atLeast(long output, long serverTools) {
        return atLeast(new Usage(0, output, 0, 0, 0, serverTools, 0));
    }
}
