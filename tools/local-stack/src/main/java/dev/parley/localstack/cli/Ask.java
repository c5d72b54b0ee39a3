package dev.parley.localstack.cli;

import dev.parley.localstack.gateway.Answer;
import dev.parley.localstack.gateway.AnswerTimings;
import dev.parley.localstack.gateway.GatewayClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code ask}: sends a question to the gateway, shows the answer as it streams, and then the time of each stage. */
final class Ask {
    private static final Duration STORED_WITHIN = Duration.ofSeconds(10);

    private final CommandContext context;

    Ask(CommandContext context) {
        this.context = context;
    }

    int run(String question, Optional<String> model, Optional<String> conversation, boolean json) {
        try (GatewayClient client = context.gateway()) {
            client.warmUp();
            Answer answer = client.ask(question, model.orElseGet(client::firstModel), conversation, text -> {
                if (!json) {
                    context.out().print(text);
                    context.out().flush();
                }
            });
            Optional<AnswerTimings> timings =
                    client.stored(answer, STORED_WITHIN).map(turn -> new AnswerTimings(answer, turn));
            if (json) {
                context.sayJson(document(answer, timings));
            } else {
                show(answer, timings);
            }
            return 0;
        }
    }

    private void show(Answer answer, Optional<AnswerTimings> timings) {
        context.say("\n");
        timings.ifPresentOrElse(
                found -> found.tree().forEach(context::say),
                () -> context.say("The answer took " + Math.round(answer.wholeMillis())
                        + " ms. The times of its stages are missing: the turn was not stored within "
                        + STORED_WITHIN.toSeconds() + " s."));
        context.say("\nconversation " + answer.conversation() + ", generation " + answer.generation());
    }

    private static Map<String, Object> document(Answer answer, Optional<AnswerTimings> timings) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("conversation", answer.conversation());
        document.put("generation", answer.generation());
        document.put("cache", answer.cache());
        document.put("text", answer.text());
        document.put("stored", timings.isPresent());
        document.put("timings", timings.map(AnswerTimings::numbers).orElseGet(answer::numbers));
        return document;
    }
}
