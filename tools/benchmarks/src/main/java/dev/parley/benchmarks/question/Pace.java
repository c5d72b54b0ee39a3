package dev.parley.benchmarks.question;

/**
 * How fast the simulated Claude answers.
 *
 * @param firstTokenMillis from the request's last byte to the first token
 * @param tokensPerSecond 0 is all at once
 */
public record Pace(int firstTokenMillis, int tokensPerSecond) {
    public static final Pace AT_ONCE = new Pace(0, 0);

    String directives() {
        return "first_token_ms=" + firstTokenMillis + " tokens_per_second=" + tokensPerSecond;
    }
}
