package dev.parley.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LogEndTest {
    private final BlockingQueue<CompletableFuture<Long>> asked = new LinkedBlockingQueue<>();
    private final LogEnd end = new LogEnd(this::query, () -> {});
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    @Test
    void returnsTheEnd() throws Exception {
        Future<Long> caller = call();
        asked.take().complete(7L);
        assertThat(caller.get()).isEqualTo(7);
    }

    /** The result of the first query may be older than their calls. */
    @Test
    void oneMoreQueryServesAllCallersThatComeDuringAQuery() throws Exception {
        CompletableFuture<Long> first = end.ask();
        CompletableFuture<Long> sent = asked.take();
        List<CompletableFuture<Long>> later = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            later.add(end.ask());
        }
        assertThat(asked).isEmpty();
        sent.complete(7L);
        assertThat(first.get()).isEqualTo(7);
        asked.take().complete(8L);
        for (CompletableFuture<Long> each : later) {
            assertThat(each.get()).isEqualTo(8);
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void failsAsTheBrokerDoesAndQueriesAgain() throws Exception {
        Future<Long> caller = call();
        asked.take().completeExceptionally(new KafkaException("no broker"));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(caller::get)
                .withCauseInstanceOf(KafkaException.class);
        Future<Long> again = call();
        asked.take().complete(7L);
        assertThat(again.get()).isEqualTo(7);
    }

    @Test
    void queriesAgainAfterAQueryThatCouldNotBeSent() {
        AtomicBoolean sendable = new AtomicBoolean();
        LogEnd flaky = new LogEnd(
                () -> {
                    if (!sendable.getAndSet(true)) {
                        throw new KafkaException("the client is closed");
                    }
                    return CompletableFuture.completedFuture(7L);
                },
                () -> {});
        assertThat(flaky.ask()).isCompletedExceptionally();
        assertThat(flaky.ask()).isCompletedWithValue(7L);
    }

    @Test
    void timesOutWhenTheBrokerDoesNotAnswer() {
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> end.now(System.nanoTime()));
    }

    private CompletableFuture<Long> query() {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    }

    private Future<Long> call() {
        return threads.submit(
                () -> end.now(System.nanoTime() + Duration.ofSeconds(20).toNanos()));
    }
}
