package dev.parley.simulator.script;

import java.time.Duration;

/**
 * An event and when it is due.
 *
 * @param at counted from the request's last byte
 */
public record Cue(Duration at, StreamEvent event) {
    /** Whether the event carries a token of the answer. */
    public boolean token() {
        return event instanceof StreamEvent.Delta delta
                && !delta.text().isEmpty()
                && delta.kind() != StreamEvent.Delta.Kind.SIGNATURE;
    }

    Cue later(Duration delay) {
        return new Cue(at.plus(delay), event);
    }
}
