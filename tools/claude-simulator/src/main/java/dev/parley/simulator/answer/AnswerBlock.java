package dev.parley.simulator.answer;

import java.util.List;

/** A block of an answer, cut into the pieces it is streamed in; each piece counts as one output token. */
public sealed interface AnswerBlock {
    List<String> pieces();

    /** The same block with its first pieces only. */
    AnswerBlock first(int count);

    default String whole() {
        return String.join("", pieces());
    }

    record Thinking(List<String> pieces, String signature) implements AnswerBlock {
        public Thinking {
            pieces = List.copyOf(pieces);
        }

        @Override
        public Thinking first(int count) {
            return new Thinking(pieces.subList(0, count), signature);
        }
    }

    record Text(List<String> pieces) implements AnswerBlock {
        public Text {
            pieces = List.copyOf(pieces);
        }

        @Override
        public Text first(int count) {
            return new Text(pieces.subList(0, count));
        }
    }

    /** A call of a tool; its pieces are the input as JSON. */
    record ToolUse(String id, String name, List<String> pieces) implements AnswerBlock {
        public ToolUse {
            pieces = List.copyOf(pieces);
        }

        @Override
        public ToolUse first(int count) {
            return new ToolUse(id, name, pieces.subList(0, count));
        }
    }
}
