package dev.parley.simulator.script;

import java.time.Duration;

/** One event on a response. Its time is counted from the last byte of the request. */
public sealed interface ScriptEvent {
    Duration at();

    /** Whether the event carries a token of the answer. */
    default boolean token() {
        return false;
    }

    /** A {@code content_block_delta}. It is encoded when it is sent: the text of a long answer is kept once. */
    record Delta(Duration at, int index, Kind kind, String text) implements ScriptEvent {
        public enum Kind {
            TEXT("text_delta", "text"),
            THINKING("thinking_delta", "thinking"),
            SIGNATURE("signature_delta", "signature"),
            INPUT_JSON("input_json_delta", "partial_json");

            private final String type;
            private final String field;

            Kind(String type, String field) {
                this.type = type;
                this.field = field;
            }

            String type() {
                return type;
            }

            String field() {
                return field;
            }
        }

        @Override
        public boolean token() {
            return kind != Kind.SIGNATURE && !text.isEmpty();
        }
    }

    /** Text that is sent as it is: any other event of the stream, or a complete body. */
    record Text(Duration at, String text) implements ScriptEvent {}

    /** The end of a response that does not end as HTTP specifies. */
    record Break(Duration at, Type type) implements ScriptEvent {
        public enum Type {
            /** HTTP/2: the stream is reset, the connection remains. HTTP/1.1: the connection is reset. */
            RESET_STREAM,
            /** The connection is reset, with every stream on it. */
            RESET_CONNECTION,
            /** The connection is closed, with every stream on it. */
            CLOSE,
            /** Nothing more is sent; after ten minutes the connection is closed. */
            STALL
        }
    }

    /** The same event at a later time. */
    default ScriptEvent delayed(Duration delay) {
        return switch (this) {
            case Delta delta -> new Delta(delta.at.plus(delay), delta.index, delta.kind, delta.text);
            case Text text -> new Text(text.at.plus(delay), text.text);
            case Break end -> new Break(end.at.plus(delay), end.type);
        };
    }
}
