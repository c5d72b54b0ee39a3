package dev.parley.inference.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.inference.generation.Claude;
import dev.parley.inference.generation.KnownModels;
import dev.parley.messages.ApiError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CircuitBreakingClaudeTest {
    private static final BreakerSettings SETTINGS = new BreakerSettings(10, 5, 50, Duration.ofMinutes(1), 1);
    private static final KnownModels MODELS = new KnownModels(List.of("claude-a", "claude-b"));

    private final AtomicInteger asked = new AtomicInteger();
    private int status = 529;
    private final CircuitBreakingClaude guarded = new CircuitBreakingClaude(
            _ -> {
                asked.incrementAndGet();
                return CompletableFuture.completedFuture(
                        new Claude.Response.Refused(status, "", "", ApiError.of(529, "no"), false));
            },
            SETTINGS,
            MODELS);

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

    @Test
    void countsCallsThatAreNotAnsweredInTime() {
        CircuitBreakingClaude silent = silent();
        for (int i = 0; i < 5; i++) {
            silent.ask(call("claude-a")).completeExceptionally(new TimeoutException("no response"));
        }
        assertThat(silent.spared()).isEqualTo(1);
    }

    @Test
    void ignoresCallsThatTheClientCancels() {
        CircuitBreakingClaude silent = silent();
        for (int i = 0; i < 20; i++) {
            silent.ask(call("claude-a")).cancel(true);
        }
        assertThat(silent.spared()).isZero();
    }

    private static CircuitBreakingClaude silent() {
        return new CircuitBreakingClaude(_ -> new CompletableFuture<>(), SETTINGS, MODELS);
    }

    private static Claude.Call call(String model) {
        return new Claude.Call(model, "", "", new byte[0]);
    }

    private Claude.Response.Refused ask(String model, int times) {
        Claude.Response last = null;
        for (int i = 0; i < times; i++) {
            last = guarded.ask(call(model)).join();
        }
        assertThat(last).isInstanceOf(Claude.Response.Refused.class);
        return (Claude.Response.Refused) java.util.Objects.requireNonNull(last);
    }
}
