package dev.parley.pulse;

import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.LogTail;
import dev.parley.pulse.kafka.OffsetReader;
import dev.parley.pulse.kafka.TurnTail;
import dev.parley.pulse.metrics.ServiceScraper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.Closeable;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads turns, offsets and metrics on separate threads, so that none delays another. */
final class OpsReaders implements OpsMonitor.Readers {
    private static final Logger LOG = LoggerFactory.getLogger(OpsReaders.class);

    private final CountDownLatch closing = new CountDownLatch(1);
    private final PulseSettings settings;
    private final OpsReadings readings;
    private final LogTail tail;

    /** Starts the threads. */
    OpsReaders(PulseSettings settings, Clock clock) {
        this.settings = settings;
        this.readings = new OpsReadings(settings.groups(), settings.refresh(), clock);
        KafkaClients clients = new KafkaClients(settings.kafka(), new SimpleMeterRegistry());
        this.tail = TurnTail.start(clients, readings.turns(), OpsReadings.HISTORY, clock);
        repeat(
                "offsets",
                () -> new OffsetReader(clients, settings.groups(), OpsReadings.TIMEOUT),
                reader -> readings.add(reader.read()));
        repeat(
                "services",
                () -> new ServiceScraper(settings.services(), OpsReadings.METRICS, OpsReadings.TIMEOUT),
                scraper -> readings.add(scraper.read()));
    }

    private interface Reading<R> {
        void run(R reader) throws Exception;
    }

    /** Reads at every refresh interval until this is closed; replaces the reader after a failure. */
    private <R extends Closeable> void repeat(String name, Supplier<R> open, Reading<R> reading) {
        Thread.ofVirtual().name(name).start(() -> {
            do {
                try (R reader = open.get()) {
                    do {
                        reading.run(reader);
                    } while (!isClosedAfterPause());
                } catch (Exception e) {
                    LOG.debug("Reading {} failed: {}", name, e.toString());
                }
            } while (!isClosedAfterPause());
        });
    }

    private boolean isClosedAfterPause() {
        try {
            return closing.await(settings.refresh().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public OpsSnapshot snapshot() {
        return readings.snapshot();
    }

    @Override
    public void close() {
        closing.countDown();
        tail.close();
    }
}
