package dev.parley.simulator.answer;

/** Why an answer stops. */
public sealed interface Stop {
    /** The {@code stop_reason} of the Messages API. */
    String reason();

    record EndTurn() implements Stop {
        @Override
        public String reason() {
            return "end_turn";
        }
    }

    record MaxTokens() implements Stop {
        @Override
        public String reason() {
            return "max_tokens";
        }
    }

    record StopSequence(String sequence) implements Stop {
        @Override
        public String reason() {
            return "stop_sequence";
        }
    }

    record ToolUse() implements Stop {
        @Override
        public String reason() {
            return "tool_use";
        }
    }
}
