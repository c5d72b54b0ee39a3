package dev.parley.inference.kafka.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.inference.generation.Generations;
import dev.parley.inference.kafka.partitions.OwnedPartition;
import dev.parley.inference.kafka.partitions.OwnedPartitions;
import dev.parley.inference.kafka.requests.InFlightRequest;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class WriteProbesTest {
    private static final TopicPartition PARTITION = new TopicPartition("chat.deltas", FakeLog.PARTITION);

    private final FakeLog log = new FakeLog();
    private final AtomicReference<LongSupplier> nanoTime = new AtomicReference<>(() -> 0);
    private final WriteProbes probes = new WriteProbes(
            log.publisher(), Clock.systemUTC(), () -> nanoTime.get().getAsLong());

    /** The broker answers while the probe is looked at. */
    @Test
    void aPartitionIsUnwritableUntilALateProbeIsWritten() {
        log.holdWrites(FakeLog.PARTITION);
        OwnedPartition owned = OwnedPartitions.with(OwnedPartitions::producer);
        InFlightRequest request = new InFlightRequest(Events.requested(_ -> {}), owned, 0);
        probes.send(new RecoveryCandidate(request, Generations.log(), Instant.now()));
        assertThat(probes.isUnwritable(PARTITION)).isFalse();
        nanoTime.set(() -> {
            log.takeWrites(FakeLog.PARTITION);
            return Duration.ofSeconds(6).toNanos();
        });
        assertThat(probes.isUnwritable(PARTITION)).isTrue();
        assertThat(probes.lastWritten(PARTITION)).isPresent();
        assertThat(probes.isUnwritable(PARTITION)).isFalse();
    }
}
