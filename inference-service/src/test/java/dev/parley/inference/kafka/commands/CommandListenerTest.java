package dev.parley.inference.kafka.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CancelRequested;
import dev.parley.contracts.event.Command;
import dev.parley.contracts.event.CommandCodec;
import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import dev.parley.testing.Received;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.threeten.extra.MutableClock;

class CommandListenerTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final int PARTITION = 0;

    private final MutableClock clock = MutableClock.of(NOON, ZoneOffset.UTC);
    private final Cancellations cancellations = new Cancellations(clock);
    private final AtomicInteger cancelled = new AtomicInteger();
    private final CountingConsumer consumer = new CountingConsumer();
    /** Questions for the ends. */
    private final List<Runnable> asked = new ArrayList<>();

    private boolean asksLater;
    private final CommandListener listener =
            new CommandListener(cancellations, consumer::endOffsets, question -> ask(question), clock);
    private int received;

    @BeforeEach
    void assign() {
        consumer.updateBeginningOffsets(all(0));
        consumer.updateEndOffsets(all(0));
        listener.assign(consumer);
        cancellations.of(GENERATION, ACME).onRequest(cancelled::incrementAndGet);
    }

    @Test
    void cancelsAnAbandonedGenerationAfterItsGracePeriod() {
        receive(new ReadingStopped(GENERATION, ACME, NOON, GRACE, ""));
        clock.setInstant(NOON.plus(GRACE).minusSeconds(1));
        poll();
        assertThat(cancelled).hasValue(0);
        clock.setInstant(NOON.plus(GRACE));
        poll();
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void cancelsAnAbandonedGenerationAfterItsClockWasSetBack() {
        clock.setInstant(NOON.plus(Duration.ofHours(1)));
        poll();
        clock.setInstant(NOON);
        receive(new ReadingStopped(GENERATION, ACME, NOON, GRACE, ""));
        clock.setInstant(NOON.plus(GRACE));
        poll();
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void cancelsAtOnceOnRequest() {
        receive(new CancelRequested(GENERATION, ACME, NOON, ""));
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void cancelsAtOnceWithoutAGracePeriod() {
        receive(new ReadingStopped(GENERATION, ACME, NOON, Duration.ZERO, ""));
        assertThat(cancelled).hasValue(1);
        assertThat(consumer.asked).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15})
    void keepsAGenerationThatAnotherReaderResumed(int graceSeconds) {
        receive(new ReadingResumed(GENERATION, ACME, NOON, ""));
        receive(new ReadingStopped(GENERATION, ACME, NOON, Duration.ofSeconds(graceSeconds), ""));
        clock.setInstant(NOON.plusSeconds(60));
        poll();
        assertThat(cancelled).hasValue(0);
        receive(new ReadingStopped(GENERATION, ACME, NOON.plusSeconds(60), GRACE, ""));
        clock.setInstant(NOON.plusSeconds(76));
        poll();
        assertThat(cancelled).as("the second reader left too").hasValue(1);
    }

    /** As when the command that it had resumed was not published. */
    @Test
    void aReaderThatStopsTwiceCountsForNoOther() {
        receive(new ReadingStopped(GENERATION, ACME, NOON, GRACE, ""));
        receive(new ReadingStopped(GENERATION, ACME, NOON, GRACE, ""));
        receive(new ReadingResumed(GENERATION, ACME, NOON, ""));
        receive(new ReadingResumed(GENERATION, ACME, NOON, ""));
        receive(new ReadingStopped(GENERATION, ACME, NOON, GRACE, ""));
        clock.setInstant(NOON.plusSeconds(60));
        poll();
        assertThat(cancelled).hasValue(0);
    }

    /** As on a replica that was disconnected from Kafka for longer than the grace period. */
    @Test
    void keepsAGenerationWhoseReaderReturnedInACommandThatIsNotReadYet() {
        receive(new ReadingStopped(GENERATION, ACME, NOON, GRACE, ""));
        written(received + 1);
        clock.setInstant(NOON.plusSeconds(16));
        poll();
        clock.setInstant(NOON.plusSeconds(60));
        poll();
        assertThat(cancelled).hasValue(0);

        receive(new ReadingResumed(GENERATION, ACME, NOON.plusSeconds(5), ""));
        clock.setInstant(NOON.plusSeconds(120));
        poll();
        assertThat(cancelled).hasValue(0);
    }

    /** The rest of the commands was written after the grace period, and may never end. */
    @Test
    void readsNoFurtherThanToTheEndAfterTheGracePeriod() {
        receive(new ReadingStopped(GENERATION, ACME, NOON, GRACE, ""));
        written(received + 1);
        clock.setInstant(NOON.plusSeconds(16));
        poll();
        written(received + 10);
        receive(new CancelRequested(GenerationId.unsigned(Clock.systemUTC(), 1), ACME, NOON, ""));
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void asksForEndOffsetsOnlyWhenAGracePeriodIsOver() {
        receive(new ReadingStopped(GENERATION, ACME, NOON, GRACE, ""));
        for (int i = 0; i < 10; i++) {
            clock.add(Duration.ofSeconds(1));
            poll();
        }
        assertThat(consumer.asked).isZero();
        for (int i = 0; i < 10; i++) {
            clock.add(Duration.ofSeconds(1));
            poll();
        }
        assertThat(consumer.asked).isEqualTo(1);
    }

    @Test
    void waitsWhileKafkaDoesNotTellTheEndOffsets() {
        receive(new ReadingStopped(GENERATION, ACME, NOON, GRACE, ""));
        clock.setInstant(NOON.plusSeconds(16));
        consumer.setOffsetsException(new TimeoutException("the broker is away"));
        poll();
        poll();
        assertThat(cancelled).hasValue(0);
        assertThat(consumer.asked).isEqualTo(1);
        clock.setInstant(NOON.plusSeconds(17));
        poll();
        assertThat(cancelled).hasValue(1);
    }

    /** A broker answers after the fetch that waits for records, and a cancellation may follow. */
    @Test
    void appliesACancellationWhileItAsksForTheEnds() {
        asksLater = true;
        receive(new ReadingStopped(GENERATION, ACME, NOON, GRACE, ""));
        clock.setInstant(NOON.plusSeconds(16));
        poll();
        AtomicInteger other = new AtomicInteger();
        GenerationId cancelledOne = GenerationId.unsigned(Clock.systemUTC(), 1);
        cancellations.of(cancelledOne, ACME).onRequest(other::incrementAndGet);
        receive(new CancelRequested(cancelledOne, ACME, NOON.plusSeconds(16), ""));
        assertThat(other).hasValue(1);
        assertThat(cancelled).hasValue(0);
        assertThat(asked).hasSize(1);

        asked.forEach(Runnable::run);
        poll();
        assertThat(cancelled).hasValue(1);
    }

    private void ask(Runnable question) {
        if (asksLater) {
            asked.add(question);
        } else {
            question.run();
        }
    }

    /** Its owner is another replica, from which this one takes it over later. */
    @Test
    void doesNotCancelWhatItTakesOverOnceTheReaderIsBack() {
        GenerationId elsewhere = GenerationId.unsigned(Clock.systemUTC(), 2);
        receive(new ReadingStopped(elsewhere, ACME, NOON, GRACE, ""));
        clock.setInstant(NOON.plusSeconds(16));
        poll();
        receive(new ReadingResumed(elsewhere, ACME, NOON.plusSeconds(17), ""));
        cancellations.of(elsewhere, ACME).onRequest(cancelled::incrementAndGet);
        assertThat(cancelled).hasValue(0);

        receive(new ReadingStopped(elsewhere, ACME, NOON.plusSeconds(20), GRACE, ""));
        clock.setInstant(NOON.plusSeconds(36));
        poll();
        assertThat(cancelled).as("the only reader left again").hasValue(1);
    }

    private void receive(Command command) {
        consumer.addRecord(Received.of(CommandCodec.encode(command), received++));
        written(Math.max(received, consumer.end));
        poll();
    }

    /** Sets the number of commands on the log, read or not. */
    private void written(long count) {
        consumer.end = count;
        consumer.updateEndOffsets(Map.of(new TopicPartition(Topics.COMMANDS.name(), PARTITION), count));
    }

    private void poll() {
        listener.handle(consumer, consumer.poll(Duration.ZERO));
    }

    private static Map<TopicPartition, Long> all(long offset) {
        return IntStream.range(0, Topics.COMMANDS.partitions())
                .boxed()
                .collect(Collectors.toMap(i -> new TopicPartition(Topics.COMMANDS.name(), i), _ -> offset));
    }

    private static final class CountingConsumer extends MockConsumer<String, byte[]> {
        private int asked;
        private long end;

        private CountingConsumer() {
            super("earliest");
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
            asked++;
            return super.endOffsets(partitions);
        }
    }
}
