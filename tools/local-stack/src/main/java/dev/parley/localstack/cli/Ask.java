package dev.parley.localstack.cli;

import dev.parley.localstack.ask.GatewayClient;
import dev.parley.localstack.ask.Question;
import dev.parley.localstack.ask.Reply;
import dev.parley.localstack.ask.StoredTurn;
import dev.parley.localstack.ask.TimeTree;
import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.stack.StackPlan;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** {@code ask}: one question to the gateway, its answer as it streams, and then where the time went. */
final class Ask {
    private static final Duration STORED_WITHIN = Duration.ofSeconds(10);

    private final Checkout checkout;
    private final Map<String, String> environment;
    private final Console console;

    Ask(Checkout checkout, Map<String, String> environment, Console console) {
        this.checkout = checkout;
        this.environment = environment;
        this.console = console;
    }

    int run(Question question, boolean json) throws InterruptedException {
        String key = environment.getOrDefault("PARLEY_KEY", StackPlan.LOCAL_KEY);
        try (GatewayClient client = new GatewayClient(GatewayAddress.of(checkout, environment), key)) {
            client.warmUp();
            Reply reply = client.ask(question, text -> {
                if (!json) {
                    console.write(text);
                }
            });
            return switch (reply) {
                case Reply.Refusal(String reason) -> refuse(reason);
                case Reply.Answer answer -> show(answer, client.stored(answer, STORED_WITHIN), json);
            };
        }
    }

    private int refuse(String reason) {
        console.complain(reason);
        return 1;
    }

    private int show(Reply.Answer answer, Optional<StoredTurn> turn, boolean json) {
        if (json) {
            console.say(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document(answer, turn)));
            return 0;
        }
        console.say("\n");
        turn.ifPresentOrElse(
                found -> TimeTree.of(answer, found).forEach(console::say),
                () -> console.say("The answer took " + answer.whole().toMillis()
                        + " ms. Where the time went is not known: after " + STORED_WITHIN.toSeconds()
                        + " s the turn is not in the history."));
        console.say("\nconversation " + answer.conversation() + ", generation " + answer.generation());
        return 0;
    }

    private static Map<String, Object> document(Reply.Answer answer, Optional<StoredTurn> turn) {
        Map<String, Object> timings = new LinkedHashMap<>();
        timings.put("whole_ms", millis(answer.whole()));
        timings.put("first_text_ms", millis(answer.firstText()));
        turn.ifPresent(found -> {
            timings.put("session_ms", millis(found.session()));
            timings.put("cache_ms", millis(found.cache()));
            timings.put("queue_ms", millis(found.queue()));
            timings.put("claude_first_token_ms", millis(found.claudeFirstToken()));
            timings.put("claude_ms", millis(found.claude()));
            timings.put("delivery_ms", millis(found.delivery(answer.whole())));
            timings.put("database_write_ms", millis(found.databaseWrite()));
        });
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("conversation", answer.conversation());
        document.put("generation", answer.generation());
        document.put("cache", answer.cache());
        document.put("text", answer.text());
        document.put("stored", turn.isPresent());
        document.put("timings", timings);
        return document;
    }

    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e4) / 1e2;
    }
}
