package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TakeoverSystemTest {
    private static final LocalStack STACK = SharedStack.get();

    private final Chat chat = new Chat(STACK.gateway(0));

    @AfterEach
    void everyRequestHasOneTurn() throws Exception {
        Promises.eachRequestHasOneTurn(STACK);
    }

    @Test
    void beginsAgainWhenInferenceWasKilledBeforeTheFirstToken() throws Exception {
        CompletableFuture<Answer> asked =
                chat.askAsync(Chat.question("first_token_ms=4000 tokens=20 tokens_per_second=1000"));
        awaitRunning();
        STACK.part("inference-service", 0).crash();
        STACK.part("inference-service", 0).restart();
        Answer answer = asked.get(80, TimeUnit.SECONDS);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isNotEmpty();
        assertThat(answer.events().getLast().path("type").stringValue("")).isEqualTo("message_stop");
    }

    @Test
    void saysSoWhenInferenceWasKilledInTheMiddleOfAnAnswer() throws Exception {
        try (BufferedReader lines = chat.read(Chat.question("first_token_ms=0 tokens=600 tokens_per_second=20"))) {
            String line = lines.readLine();
            while (!line.contains("text_delta")) {
                line = lines.readLine();
            }
            STACK.part("inference-service", 0).crash();
            STACK.part("inference-service", 0).restart();
            List<String> rest = lines.lines().toList();
            assertThat(rest).contains("event: error").doesNotContain("event: message_stop");
        }
    }

    private static void awaitRunning() throws Exception {
        Eventually.value(() -> counter("streams_open"), open -> open > 0);
    }

    /** What the simulator has counted. */
    private static int counter(String name) throws IOException, InterruptedException {
        return new Chat(STACK.simulator())
                .get("/simulator/counters")
                .json()
                .path(name)
                .intValue();
    }
}
