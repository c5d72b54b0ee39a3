package dev.parley.simulator.endpoint;

import dev.parley.simulator.answer.Wish;
import dev.parley.simulator.directive.Directives;
import dev.parley.simulator.directive.Key;
import dev.parley.simulator.script.Pacing;
import java.time.Duration;

/**
 * How answers come where a request's directives say nothing.
 *
 * @param tokensPerSecond 0 for everything at once
 * @param silenceMax the longest pause before a ping
 */
public record AnswerDefaults(Duration firstToken, double tokensPerSecond, Duration silenceMax, Wish wish) {

    Pacing pacing(Directives directives) {
        Duration first = directives.milliseconds(Key.FIRST_TOKEN_MS).orElse(firstToken);
        return new Pacing(
                directives.milliseconds(Key.HEAD_MS).orElse(first),
                first,
                directives.decimal(Key.TOKENS_PER_SECOND).orElse(tokensPerSecond),
                directives.milliseconds(Key.PING_MS).orElse(silenceMax));
    }

    Wish wish(Directives directives) {
        if (directives.text(Key.TEXT).isPresent()) {
            return new Wish.Words(directives.text(Key.TEXT).get());
        }
        return directives.number(Key.TOKENS).isPresent()
                ? new Wish.Length(directives.number(Key.TOKENS).getAsInt())
                : wish;
    }
}
