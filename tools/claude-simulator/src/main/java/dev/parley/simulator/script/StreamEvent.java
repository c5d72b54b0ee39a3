package dev.parley.simulator.script;

import dev.parley.simulator.answer.AnswerBlock;
import dev.parley.simulator.answer.Stop;
import dev.parley.simulator.answer.Usage;
import dev.parley.simulator.request.ApiError;

/** One event of a streamed answer, or bytes that are none. */
public sealed interface StreamEvent {
    record MessageStart(String id, String model, Usage usage) implements StreamEvent {}

    record BlockStart(int index, AnswerBlock block) implements StreamEvent {}

    record Delta(int index, Kind kind, String text) implements StreamEvent {
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
    }

    record BlockStop(int index) implements StreamEvent {}

    record Ping() implements StreamEvent {}

    record MessageDelta(Stop stop, Usage usage) implements StreamEvent {}

    record MessageStop() implements StreamEvent {}

    record Failure(ApiError error, String requestId) implements StreamEvent {}

    /** Text that is sent as it is: a whole body, or frames the API does not know. */
    record Verbatim(String text) implements StreamEvent {}
}
