package dev.parley.inference.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.inference.generation.Claude;
import dev.parley.inference.generation.KnownModels;
import dev.parley.messages.ApiError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CircuitBreakingClaudeTest {
    private final AtomicInteger asked = new AtomicInteger();
    private int status = 529;
    private final CircuitBreakingClaude guarded = new CircuitBreakingClaude(
            _ -> {
                asked.incrementAndGet();
                return CompletableFuture.completedFuture(
                        new Claude.Response.Refused(status, "", "", ApiError.of(529, "no"), false));
            },
            new BreakerSettings(10, 5, 50, Duration.ofMinutes(1), 1),
            new KnownModels(List.of("claude-a", "claude-b")));

    @Test
    void opensTheBreakerOfAFailingModel() {
        ask("claude-a", 5);
        assertThat(guarded.spared()).isEqualTo(1);
        Claude.Response.Refused refused = ask("claude-a", 1);
        assertThat(asked).hasValue(5);
        assertThat(refused.error().status()).isEqualTo(529);
        assertThat(refused.retryAfter()).isEqualTo("60");
        assertThat(refused.noRetry()).isTrue();
    }

    @Test
    void callsOtherModelsWhileABreakerIsOpen() {
        ask("claude-a", 6);
        ask("claude-b", 1);
        assertThat(asked).hasValue(6);
    }

    @Test
    void unknownModelsShareOneBreaker() {
        for (int i = 0; i < 5; i++) {
            ask("claude-invented-" + i, 1);
        }
        assertThat(guarded.spared()).isEqualTo(1);
        ask("claude-invented-5", 1);
        assertThat(asked).hasValue(5);
        ask("claude-a", 1);
        assertThat(asked).hasValue(6);
    }

    @Test
    void aNameWithADateIsTheSameModel() {
        ask("claude-a-20251001", 5);
        ask("claude-a", 1);
        assertThat(asked).hasValue(5);
    }

    @Test
    void ignoresClientErrors() {
        status = 400;
        ask("claude-a", 20);
        assertThat(asked).hasValue(20);
    }

    private Claude.Response.Refused ask(String model, int times) {
        Claude.Response last = null;
        for (int i = 0; i < times; i++) {
            last = guarded.ask(new Claude.Call(model, "", "", new byte[0])).join();
        }
        assertThat(last).isInstanceOf(Claude.Response.Refused.class);
        return (Claude.Response.Refused) java.util.Objects.requireNonNull(last);
    }
}
