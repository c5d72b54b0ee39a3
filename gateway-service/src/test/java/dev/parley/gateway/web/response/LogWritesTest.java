package dev.parley.gateway.web.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.LogLines;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Operators;

class LogWritesTest {
    private final CompletableFuture<Void> event = new CompletableFuture<>();

    @Test
    void explainsThatTheLogCannotBeReached() {
        event.completeExceptionally(new TimeoutException("no broker"));
        assertThatThrownBy(() -> LogWrites.explained(() -> event).block()).isInstanceOf(ApiErrorException.class);
    }

    @Test
    void failsWithTheCauseOfAnEarlierStage() {
        CompletableFuture<Void> second = event.thenRun(() -> {});
        event.completeExceptionally(new TimeoutException("no broker"));
        assertThatThrownBy(() -> LogWrites.written(() -> second).block()).isInstanceOf(TimeoutException.class);
    }

    /** As in an outage of Kafka: Reactor logs each error that it has to drop, with its stack. */
    @Test
    void doesNotLogThatAnEventIsNotWrittenIfItsClientHasLeft() {
        try (LogLines dropped = LogLines.of(Operators.class)) {
            LogWrites.explained(() -> event).subscribe().dispose();
            event.completeExceptionally(new TimeoutException("no broker"));
            assertThat(dropped.list()).isEmpty();
        }
        assertThat(event).isCompletedExceptionally();
    }
}
