package dev.parley.localstack.cli;

import dev.parley.localstack.gateway.AnswerTimings;
import dev.parley.localstack.gateway.GatewayClient;
import dev.parley.localstack.gateway.ReceivedAnswer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code ask}: sends a question to the gateway, shows the answer as it streams, and then the time of each stage. */
record Ask(CommandContext context) {
    private static final Duration STORED_WITHIN = Duration.ofSeconds(10);

    /** The answer, as {@code --json} shows it. */
    private record Document(
            String conversation,
            String generation,
            String cache,
            String text,
            String stopReason,
            boolean stored,
            Map<String, Double> timings) {}

    int run(String question, Optional<String> model, Optional<String> conversation, boolean json) {
        try (GatewayClient client = context.gateway()) {
            client.warmUp();
            ReceivedAnswer answer = client.ask(question, model.orElseGet(client::firstModel), conversation, text -> {
                if (!json) {
                    context.out().print(text);
                    context.out().flush();
                }
            });
            Optional<AnswerTimings> timings =
                    client.stored(answer, STORED_WITHIN).map(turn -> new AnswerTimings(answer, turn));
            if (json) {
                context.sayJson(new Document(
                        answer.conversation(),
                        answer.generation(),
                        answer.cache(),
                        answer.text(),
                        answer.stopReason(),
                        timings.isPresent(),
                        timings.map(AnswerTimings::numbers).orElseGet(answer::numbers)));
            } else {
                show(answer, timings);
            }
            Optional<String> lack = lack(answer.stopReason());
            lack.ifPresent(context::complain);
            return lack.isPresent() ? 1 : 0;
        }
    }

    /** Why the text is no whole answer; empty if it is one. */
    private static Optional<String> lack(String stopReason) {
        return switch (stopReason) {
            case "max_tokens" ->
                Optional.of(String.format(
                        Locale.ROOT,
                        "The answer was cut at %,d tokens, which include Claude's thinking.",
                        GatewayClient.ANSWER_TOKENS_MAX));
            case "model_context_window_exceeded" ->
                Optional.of("The answer was cut at the end of the model's context window.");
            case "refusal" -> Optional.of("Claude refused to answer.");
            default -> Optional.empty();
        };
    }

    private void show(ReceivedAnswer answer, Optional<AnswerTimings> timings) {
        context.say("\n");
        timings.ifPresentOrElse(
                found -> found.tree().forEach(context::say),
                () -> context.say("The answer took " + Math.round(answer.wholeMillis())
                        + " ms. The times of its stages are missing: the turn was not stored within "
                        + STORED_WITHIN.toSeconds() + " s."));
        context.say("\nconversation " + answer.conversation() + ", generation " + answer.generation());
    }
}
