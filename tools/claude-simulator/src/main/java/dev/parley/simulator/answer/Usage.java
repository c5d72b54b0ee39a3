package dev.parley.simulator.answer;

/**
 * What an answer costs, in tokens.
 *
 * @param input what was neither written to nor read from the prompt cache
 * @param thinking how much of {@code output} was thinking
 */
public record Usage(int input, int cacheCreation, int cacheRead, int output, int thinking) {
    Usage withOutput(int tokens, int thinkingTokens) {
        return new Usage(input, cacheCreation, cacheRead, tokens, thinkingTokens);
    }
}
