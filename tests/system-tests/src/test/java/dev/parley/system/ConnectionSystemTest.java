package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ConnectionSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final String QUICK = "first_token_ms=0 tokens=5 tokens_per_second=1000";
    private static final String SLOW = "first_token_ms=300 tokens=20 tokens_per_second=50";

    private static final int ONE_BY_ONE = 40;
    private static final int AT_ONCE = 50;

    private final ChatClient chat = new ChatClient(STACK.gateway(0));

    @Test
    void reusesConnectionsToClaude() throws Exception {
        chat.ask(ChatClient.question(QUICK));
        JsonNode before = counters();
        for (int i = 0; i < ONE_BY_ONE; i++) {
            assertThat(chat.ask(ChatClient.question(QUICK)).status()).isEqualTo(200);
        }
        List<CompletableFuture<Answer>> concurrent = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            concurrent.add(chat.askAsync(ChatClient.question(SLOW)));
        }
        for (CompletableFuture<Answer> answer : concurrent) {
            assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
        JsonNode after = counters();
        assertThat(count(after, "calls") - count(before, "calls")).isEqualTo(ONE_BY_ONE + AT_ONCE);
        assertThat(count(after, "connections_opened") - count(before, "connections_opened"))
                // Reading the counters opens one connection.
                .isLessThanOrEqualTo(2);
    }

    private static int count(JsonNode counters, String name) {
        return counters.path(name).intValue();
    }

    private static JsonNode counters() throws IOException, InterruptedException {
        return new ChatClient(STACK.simulator()).get("/simulator/counters").json();
    }
}
