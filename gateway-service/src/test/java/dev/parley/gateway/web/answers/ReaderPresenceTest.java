package dev.parley.gateway.web.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.CancelRequested;
import dev.parley.contracts.event.Command;
import dev.parley.contracts.event.CommandCodec;
import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.answers.ReaderPresence.Reader;
import dev.parley.testing.LogLines;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;
import reactor.core.scheduler.Schedulers;

class ReaderPresenceTest {
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC);
    /** The tasks that have ended. */
    private final AtomicInteger finished = new AtomicInteger();

    private final ReaderPresence presence = new ReaderPresence(
            new EventPublisher(producer::send),
            GRACE,
            Schedulers.fromExecutor(task -> Thread.startVirtualThread(() -> {
                task.run();
                finished.incrementAndGet();
            })),
            clock);

    @Test
    void aDisconnectByTheGatewayDoesNotCancel() {
        Reader reader = reader();
        presence.left(reader, OnDisconnect.CANCEL, false);
        await().until(producer::completeNext);
        presence.stopping();
        presence.left(reader, OnDisconnect.CANCEL, false);
        presence.left(reader, OnDisconnect.CONTINUE, false);
        await().until(producer::completeNext);
        assertThat(commands())
                .extracting(command -> ((ReadingStopped) command).grace())
                .containsExactly(Duration.ZERO, Duration.ofSeconds(15));
    }

    @Test
    void cancelsAnAbandonedRequestWhenTheLogIsBack() {
        Reader reader = reader();
        presence.abandoned(reader);
        await().until(() -> producer.errorNext(new TimeoutException("no broker")));
        await().until(producer::completeNext);
        assertThat(commands())
                .hasSize(2)
                .hasOnlyElementsOfType(CancelRequested.class)
                .allMatch(command -> command.generation().equals(reader.generation()));
    }

    /** Else the answer is cancelled at the end of the grace period, although it is read. */
    @Test
    void countsAReaderThatResumedWhenTheLogIsBack() {
        Reader reader = reader();
        presence.resumed(reader);
        assertThat(producer.errorNext(new TimeoutException("no broker"))).isTrue();
        await().until(() -> producer.errorNext(new TimeoutException("no broker")));
        await().until(producer::completeNext);
        assertThat(commands())
                .hasSize(3)
                .hasOnlyElementsOfType(ReadingResumed.class)
                .allMatch(command -> command.generation().equals(reader.generation()));
    }

    /** The attempt that follows may not count it again, and its departure may not count for another reader. */
    @Test
    void countsAReaderThatResumedAndLeftInThisOrder() {
        var resumption = presence.resumed(reader());
        assertThat(producer.errorNext(new TimeoutException("no broker"))).isTrue();
        presence.left(resumption);
        await().until(producer::completeNext);
        await("the departure in three steps, and the next attempt").until(() -> finished.get() == 4);
        assertThat(commands())
                .hasExactlyElementsOfTypes(ReadingResumed.class, ReadingResumed.class, ReadingStopped.class);
    }

    /** Else the generation would be cancelled although another reader reads it. */
    @Test
    void doesNotSubtractAReaderThatCannotBeCounted() {
        var resumption = presence.resumed(reader());
        assertThat(producer.errorNext(new TimeoutException("no broker"))).isTrue();
        presence.left(resumption);
        await().until(() -> producer.errorNext(new TimeoutException("no broker")));
        await("the departure, and the next attempt").until(() -> finished.get() >= 3);
        assertThat(commands()).hasExactlyElementsOfTypes(ReadingResumed.class, ReadingResumed.class);
    }

    /** The attempt may fail after the reader has left. */
    @Test
    void countsAReaderThatLeftBeforeTheAttemptToCountItFailed() {
        var resumption = presence.resumed(reader());
        presence.left(resumption);
        await("the first step of the departure").until(() -> finished.get() == 1);
        assertThat(producer.errorNext(new TimeoutException("no broker"))).isTrue();
        await().until(producer::completeNext);
        await("the departure and the next attempt").until(() -> finished.get() == 4);
        assertThat(commands())
                .hasExactlyElementsOfTypes(ReadingResumed.class, ReadingResumed.class, ReadingStopped.class);
    }

    /** Its generation has been cancelled by then. */
    @Test
    void doesNotRetryBeyondTheGracePeriod() {
        try (LogLines warnings = LogLines.of(ReaderPresence.class)) {
            presence.resumed(reader());
            assertThat(producer.errorNext(new TimeoutException("no broker"))).isTrue();
            clock.add(GRACE);
            await().until(() -> producer.errorNext(new TimeoutException("no broker")));
            await().until(() -> !warnings.list().isEmpty());
            assertThat(producer.history()).hasSize(2);
        }
    }

    private List<Command> commands() {
        return producer.history().stream()
                .map(command -> CommandCodec.decode(command.headers()))
                .toList();
    }

    private static Reader reader() {
        TenantId acme = new TenantId("acme");
        return new Reader(GenerationId.unsigned(Clock.systemUTC(), 0), acme, "00-0");
    }
}
