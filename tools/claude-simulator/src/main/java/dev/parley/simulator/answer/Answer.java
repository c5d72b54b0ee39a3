package dev.parley.simulator.answer;

import java.util.List;
import java.util.Optional;

/** A complete answer to one request. */
public record Answer(String id, String model, List<Block> blocks, Stop stop, Usage usage) {
    /** A content block, cut into the pieces in which it is streamed; each piece counts as one output token. */
    public record Block(Content content, List<String> pieces) {
        public String whole() {
            return String.join("", pieces);
        }

        Block first(int count) {
            return new Block(content, pieces.subList(0, count));
        }
    }

    /** The type of a block, and what its pieces do not contain. */
    public sealed interface Content {
        record Text() implements Content {}

        /**
         * Thinking.
         *
         * @param omitted whether its pieces are not sent, but count nevertheless
         */
        record Thinking(String signature, boolean omitted) implements Content {}

        /** A tool call; the pieces are its input as JSON. */
        record ToolUse(String id, String name) implements Content {}
    }

    /**
     * Why an answer stops.
     *
     * @param reason the {@code stop_reason} of the Messages API
     * @param sequence the stop sequence that was reached, if that is the reason
     */
    public record Stop(String reason, Optional<String> sequence) {
        public static final Stop END_TURN = new Stop("end_turn", Optional.empty());
        public static final Stop MAX_TOKENS = new Stop("max_tokens", Optional.empty());
        public static final Stop TOOL_USE = new Stop("tool_use", Optional.empty());

        public static Stop at(String sequence) {
            return new Stop("stop_sequence", Optional.of(sequence));
        }
    }

    /**
     * The usage in tokens.
     *
     * @param input what was neither written to nor read from the prompt cache
     * @param thinking the part of {@code output} that was thinking
     */
    public record Usage(int input, int cacheCreation, int cacheRead, int output, int thinking) {
        public Usage withOutput(int tokens, int thinkingTokens) {
            return new Usage(input, cacheCreation, cacheRead, tokens, thinkingTokens);
        }
    }
}
