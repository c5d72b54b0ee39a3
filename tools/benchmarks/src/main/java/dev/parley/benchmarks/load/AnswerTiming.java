package dev.parley.benchmarks.load;

/**
 * How fast the simulated Claude answers.
 *
 * @param firstTokenMillis from the request's last byte to the first token
 * @param tokensPerSecond 0 is all at once
 */
public record AnswerTiming(int firstTokenMillis, int tokensPerSecond) {
    public static final AnswerTiming AT_ONCE = new AnswerTiming(0, 0);

    String directives() {
        return "first_token_ms=" + firstTokenMillis + " tokens_per_second=" + tokensPerSecond;
    }
}
