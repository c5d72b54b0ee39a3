package dev.parley.experiment.trial;

import dev.parley.contracts.event.Usage;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/** The outcome of a call to Claude. */
public sealed interface Reply {
    /**
     * A complete message.
     *
     * @param firstTokenMs from the call to the first token; empty if there was none
     * @param totalMs from the call to the end
     */
    record Answered(JsonNode message, Usage usage, OptionalDouble firstTokenMs, double totalMs) implements Reply {
        public String model() {
            return message.path("model").stringValue("");
        }

        public String stopReason() {
            return message.path("stop_reason").stringValue("");
        }
    }

    /**
     * No message.
     *
     * @param status of the HTTP response; 0 without one
     * @param billed whether Claude may have billed a part of it
     */
    record Refused(int status, String reason, boolean billed) implements Reply {
        /** Whether every other call will be refused too: the key or the model is wrong. */
        public boolean concernsAll() {
            return status == 401 || status == 402 || status == 403 || status == 404;
        }

        /** Whether Claude has too much to do or does not respond, perhaps in the middle of an answer. */
        boolean asksForPause() {
            return status == 0 || status == 429 || status >= 500;
        }

        /** Whether the same call may succeed later, and has cost nothing. */
        public boolean isTransient() {
            return !billed && asksForPause();
        }
    }
}
