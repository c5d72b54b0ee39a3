package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of a key's time, at two gateways. */
@OnUndisturbedStack
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KeyExpirySystemTest {
    private static final LocalStack STACK = UndisturbedStack.get();

    @Test
    void anExpiredKeyIsRefusedAndItsOpenAnswerGoesOnToItsEnd() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of());
        key.awaitOtherGateway();
        // 25 s, so that it is open on a slow machine, too.
        var open = key.at(0)
                .askAsync(ChatClient.question("first_token_ms=0 tokens_per_second=100 tokens=2500")
                        .put("max_tokens", 3000));
        Eventually.value(() -> key.generations(Topics.REQUESTS.name()).size(), count -> count == 1);
        key.expire(Instant.now().plusSeconds(2));
        for (int gateway = 0; gateway < 2; gateway++) {
            ChatClient chat = key.at(gateway);
            Answer refused = Eventually.value(() -> chat.get("/v1/models"), answer -> answer.status() == 401);
            assertThat(refused.body()).contains("This API key has expired");
        }
        assertThat(open).as("the answer that was open").isNotDone();
        assertThat(open.get().succeeded().body())
                .contains("event: message_stop")
                .doesNotContain("event: error");
    }
}
