package dev.parley.experiment.trial;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks Claude, and tells when to ask nothing for a while: after a refusal such as 429 or 529, also in the middle of an answer,
 * because then the readers need what Claude still answers. Thread-safe.
 */
public final class CautiousClaude implements ClaudeApi {
    private final ClaudeApi claude;
    private final Duration pause;
    private final Clock clock;
    private volatile Instant quietUntil = Instant.MIN;

    public CautiousClaude(ClaudeApi claude, Duration pause, Clock clock) {
        this.claude = claude;
        this.pause = pause;
        this.clock = clock;
    }

    @Override
    public Reply ask(ObjectNode request) throws InterruptedException {
        Reply reply = claude.ask(request);
        if (reply instanceof Reply.Refused refused && refused.asksForPause()) {
            quietUntil = clock.instant().plus(pause);
        }
        return reply;
    }

    /** Whether nothing is to be asked at the moment. */
    public boolean isQuiet() {
        return clock.instant().isBefore(quietUntil);
    }
}
