package dev.parley.simulator.script;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * A part of a response: an event of a stream, or a complete body.
 *
 * @param at counted from the last byte of the request
 * @param token whether it carries a token of the answer
 * @param text is written when it is sent: the text of a long answer is kept once
 */
public record ScriptEvent(Duration at, boolean token, Supplier<String> text) {
    static ScriptEvent of(Duration at, String text) {
        return new ScriptEvent(at, false, () -> text);
    }
}
