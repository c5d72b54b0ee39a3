package dev.parley.simulator.script;

import java.time.Duration;

/**
 * How fast an answer comes.
 *
 * @param head when the response begins; never after the first token
 * @param tokensPerSecond 0 for everything at once
 * @param silenceMax the longest pause before a ping
 */
public record Pacing(Duration head, Duration firstToken, double tokensPerSecond, Duration silenceMax) {
    private static final double NANOS_PER_SECOND = 1e9;

    public Pacing {
        head = head.compareTo(firstToken) > 0 ? firstToken : head;
    }

    /** When a token is due; the first has the number 0. */
    Duration at(int token) {
        return tokensPerSecond == 0
                ? firstToken
                : firstToken.plusNanos(Math.round(token * NANOS_PER_SECOND / tokensPerSecond));
    }
}
