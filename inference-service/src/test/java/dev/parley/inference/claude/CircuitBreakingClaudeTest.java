package dev.parley.inference.claude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import dev.parley.answercache.lookup.BreakerSettings;
import dev.parley.answercache.lookup.Breakers;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.models.KnownModels;
import dev.parley.messages.ApiError;
import dev.parley.testing.LogLines;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CircuitBreakingClaudeTest {
    private static final BreakerSettings SETTINGS = new BreakerSettings(10, 5, 50, Duration.ofMinutes(1), 1);
    private static final BreakerSettings TWO_PROBES_SOON = new BreakerSettings(10, 5, 50, Duration.ofMillis(100), 2);
    private static final BreakerSettings THREE_PROBES_SOON = new BreakerSettings(10, 5, 50, Duration.ofMillis(100), 3);
    private static final KnownModels MODELS = new KnownModels(List.of("claude-a", "claude-b"));

    private final AtomicInteger asked = new AtomicInteger();
    private int status = 529;
    private int failure = 529;
    private final CircuitBreakingClaude guarded = new CircuitBreakingClaude(
            _ -> {
                asked.incrementAndGet();
                return CompletableFuture.completedFuture(
                        new Claude.Response.Refused(status, "", "", ApiError.of(failure, "no"), false));
            },
            SETTINGS,
            MODELS);

    @Test
    void opensTheBreakerOfAFailingModel() {
        ask("claude-a", 5);
        assertThat(guarded.suspended()).isEqualTo(1);
        Claude.Response.Refused refused = ask("claude-a", 1);
        assertThat(asked).hasValue(5);
        assertThat(refused.error().status()).isEqualTo(529);
        assertThat(refused.retryAfter()).isEqualTo("60");
        assertThat(refused.shouldRetry()).isEqualTo(Claude.ShouldRetry.NO);
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
        assertThat(guarded.suspended()).isEqualTo(1);
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
        failure = 400;
        ask("claude-a", 20);
        assertThat(asked).hasValue(20);
    }

    /** A header of the client that cannot be sent. */
    @Test
    void ignoresCallsThatAreNotMade() {
        status = 0;
        failure = 400;
        ask("claude-a", 20);
        assertThat(asked).hasValue(20);
        assertThat(guarded.suspended()).isZero();
    }

    @Test
    void countsCallsThatAreNotAnsweredInTime() {
        CircuitBreakingClaude silent = silent();
        for (int i = 0; i < 5; i++) {
            silent.ask(call("claude-a")).completeExceptionally(new TimeoutException("no response"));
        }
        assertThat(silent.suspended()).isEqualTo(1);
    }

    @Test
    void ignoresCallsThatTheClientCancels() {
        CircuitBreakingClaude silent = silent();
        for (int i = 0; i < 20; i++) {
            silent.ask(call("claude-a")).cancel(true);
        }
        assertThat(silent.suspended()).isZero();
    }

    /** Its requests may be the cause, such as a document at an address that does not answer. */
    @Test
    void suspendsAModelForTheOnlyKeyWhoseCallsTimeOut() {
        CircuitBreakingClaude silent = silent();
        timeOut(silent, "a", "a", "a", "a", "a");
        assertThat(silent.suspended()).isEqualTo(1);
        assertThat(silent.ask(callOf("a"))).isCompleted();
        assertThat(silent.ask(callOf("b"))).isNotDone();
    }

    @Test
    void suspendsAModelForNoOtherKeyHoweverManyTimeOut() {
        CircuitBreakingClaude silent = silent();
        List<String> keys = List.of("a", "b", "c", "d", "e", "f");
        for (int i = 0; i < FailingKeys.FAILURES_MIN; i++) {
            timeOut(silent, keys.toArray(String[]::new));
        }
        assertThat(silent.suspended()).isEqualTo(1);
        assertThat(keys).allSatisfy(key -> assertThat(silent.ask(callOf(key))).isCompleted());
        assertThat(silent.ask(callOf("another"))).isNotDone();
    }

    /** A request may be why Claude fails. */
    @Test
    void suspendsAModelForTheKeysWhoseCallsFail() {
        status = 500;
        failure = 500;
        ask("claude-a", 6);
        assertThat(asked).hasValue(5);
        for (int i = 1; i <= FailingKeys.FAILURES_MIN; i++) {
            assertThat(guarded.ask(callOf("b"))).isCompleted();
            assertThat(asked).hasValue(5 + i);
        }
        assertThat(guarded.ask(callOf("b"))).isCompleted();
        assertThat(asked).hasValue(5 + FailingKeys.FAILURES_MIN);
    }

    /** With 503, Claude is not reached. */
    @ParameterizedTest
    @CsvSource({"529, 529", "503, 503", "0, 503"})
    void suspendsAModelForAllKeysIfClaudeIsOverloadedOrNotReached(int status, int failure) {
        this.status = status;
        this.failure = failure;
        ask("claude-a", 5);
        assertThat(guarded.ask(callOf("b"))).isCompleted();
        assertThat(asked).hasValue(5);
    }

    @Test
    void aSuccessEndsTheFailuresOfAKey() {
        CircuitBreakingClaude silent = silent();
        timeOut(silent, "a", "a", "a", "a");
        silent.ask(callOf("a")).complete(refused(400));
        timeOut(silent, "b", "b", "b", "b", "b", "a");
        assertThat(silent.ask(callOf("b"))).isCompleted();
        assertThat(silent.ask(callOf("a"))).isNotDone();
    }

    /** A busy key has calls in flight. */
    @Test
    void suspendsAModelForAllKeysIfCallsOfOneTimeOutAfterwards() {
        CircuitBreakingClaude silent = silent();
        List<CompletableFuture<Claude.Response>> before =
                Stream.generate(() -> silent.ask(callOf("a"))).limit(4).toList();
        for (int i = 0; i < 5; i++) {
            silent.ask(callOf("b")).complete(refused(529));
        }
        before.forEach(call -> call.completeExceptionally(new TimeoutException("no response")));
        assertThat(silent.suspended()).isEqualTo(1);
        assertThat(silent.ask(callOf("c"))).isCompleted();
    }

    @Test
    void asksForOthersWhileAKeyWhoseCallsTimeOutProbes() {
        CircuitBreakingClaude probing = silent(TWO_PROBES_SOON);
        timeOut(probing, "a", "a", "a", "a", "a");
        await().until(() -> probing.suspended() == 0);
        assertThat(probing.ask(callOf("a"))).isNotDone();
        assertThat(probing.ask(callOf("a"))).isCompleted();
        for (int i = 0; i < 3; i++) {
            assertThat(probing.ask(callOf("b"))).isNotDone();
        }
    }

    @Test
    void leavesAProbeToOtherKeys() {
        CircuitBreakingClaude probing = halfOpen(THREE_PROBES_SOON);
        CompletableFuture<Claude.Response> first = probing.ask(callOf("a"));
        assertThat(first).isNotDone();
        assertThat(probing.ask(callOf("a"))).isNotDone();
        assertThat(probing.ask(callOf("a"))).isCompleted();
        first.cancel(true);
        assertThat(probing.ask(callOf("a"))).isNotDone();
        assertThat(probing.ask(callOf("a"))).isCompleted();
        assertThat(probing.ask(callOf("b"))).isNotDone();
        assertThat(probing.ask(callOf("c"))).isCompleted();
    }

    @Test
    void givesTheOnlyProbeToAnyKey() {
        CircuitBreakingClaude probing = halfOpen(new BreakerSettings(10, 5, 50, Duration.ofMillis(100), 1));
        assertThat(probing.ask(callOf("a"))).isNotDone();
        assertThat(probing.ask(callOf("b"))).isCompleted();
    }

    @Test
    void givesOneProbeToAKeyWhoseCallsFail() {
        CircuitBreakingClaude probing = silent(THREE_PROBES_SOON);
        timeOut(probing, "a", "a", "a", "a", "a");
        overload(probing);
        await().until(() -> probing.suspended() == 0);
        assertThat(probing.ask(callOf("a"))).isNotDone();
        assertThat(probing.ask(callOf("a"))).isCompleted();
        assertThat(probing.ask(callOf("b"))).isNotDone();
        assertThat(probing.ask(callOf("b"))).isNotDone();
        assertThat(probing.ask(callOf("c"))).isCompleted();
    }

    /** Also if the breaker lets it pass before it says that it is half open. */
    @Test
    void givesAProbeThatIsCancelledToAnotherCall() {
        for (int i = 0; i < 20; i++) {
            CircuitBreakingClaude probing = silent(TWO_PROBES_SOON);
            overload(probing);
            CompletableFuture<Claude.Response> first;
            do {
                first = probing.ask(callOf("a"));
            } while (first.isDone());
            first.cancel(true);
            for (int j = 0; j < TWO_PROBES_SOON.probes(); j++) {
                CompletableFuture<Claude.Response> next = probing.ask(callOf("b"));
                assertThat(next).as("probe %d of round %d", j, i).isNotDone();
                next.complete(refused(400));
            }
            assertThat(probing.ask(callOf("a"))).isNotDone();
        }
    }

    /** It decides nothing for other keys. */
    @Test
    void givesAProbeThatTimesOutToAnotherCall() {
        CircuitBreakingClaude probing = halfOpen(TWO_PROBES_SOON);
        timeOut(probing, "a", "a", "a");
        assertThat(probing.ask(callOf("b"))).isNotDone();
    }

    /** While Claude is down, failed probes suspend the model again after each pause. */
    @Test
    void logsOnceWhyAModelIsSuspended() {
        try (LogLines lines = LogLines.of(Breakers.class)) {
            CircuitBreakingClaude probing = halfOpen(TWO_PROBES_SOON);
            probe(probing, 503);
            assertThat(probing.suspended()).isPositive();
            await().until(() -> probing.suspended() == 0);
            probe(probing, 400);
            assertThat(lines.list())
                    .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.INFO)
                            && line.getFormattedMessage().startsWith("Breaker claude-a: "))
                    .satisfiesExactly(
                            opened -> {
                                assertThat(opened.getLevel()).isEqualTo(Level.WARN);
                                assertThat(opened.getFormattedMessage()).contains("529 overloaded_error");
                            },
                            closed -> assertThat(closed.getLevel()).isEqualTo(Level.INFO));
        }
    }

    /** Ends both probes of a breaker that is half open. */
    private static void probe(CircuitBreakingClaude probing, int status) {
        probing.ask(callOf("b")).complete(refused(status));
        probing.ask(callOf("c")).complete(refused(status));
    }

    private static void timeOut(CircuitBreakingClaude silent, String... keys) {
        for (String key : keys) {
            silent.ask(callOf(key)).completeExceptionally(new TimeoutException("no response"));
        }
    }

    /** After an overload and its pause. */
    private static CircuitBreakingClaude halfOpen(BreakerSettings settings) {
        CircuitBreakingClaude probing = silent(settings);
        overload(probing);
        await().until(() -> probing.suspended() == 0);
        return probing;
    }

    private static void overload(CircuitBreakingClaude silent) {
        for (int i = 0; i < 5; i++) {
            silent.ask(callOf("key")).complete(refused(529));
        }
    }

    private static Claude.Response refused(int status) {
        return new Claude.Response.Refused(status, "", "", ApiError.of(status, "no"), false);
    }

    private static CircuitBreakingClaude silent() {
        return silent(SETTINGS);
    }

    private static CircuitBreakingClaude silent(BreakerSettings settings) {
        return new CircuitBreakingClaude(_ -> new CompletableFuture<>(), settings, MODELS);
    }

    private static Claude.Call callOf(String key) {
        return new Claude.Call("claude-a", "", "", new byte[0], key);
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
