package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final Simulator SIMULATOR = new Simulator(STACK);
    private static final String SLOW = "first_token_ms=300 tokens=20 tokens_per_second=50";

    private static final int ONE_BY_ONE = 40;
    private static final int AT_ONCE = 50;

    private final ChatClient chat = new ChatClient(STACK.gateway(0));

    @Test
    void reusesConnectionsToClaude() throws Exception {
        chat.ask(ChatClient.question());
        int calls = SIMULATOR.counter("calls");
        int connections = SIMULATOR.counter("connections_opened");
        for (int i = 0; i < ONE_BY_ONE; i++) {
            chat.ask(ChatClient.question()).succeeded();
        }
        List<CompletableFuture<Answer>> concurrent = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            concurrent.add(chat.askAsync(ChatClient.question(SLOW)));
        }
        for (CompletableFuture<Answer> answer : concurrent) {
            answer.get(60, TimeUnit.SECONDS).succeeded();
        }
        assertThat(SIMULATOR.counter("calls") - calls).isEqualTo(ONE_BY_ONE + AT_ONCE);
        assertThat(SIMULATOR.counter("connections_opened") - connections).isLessThanOrEqualTo(1);
    }
}
