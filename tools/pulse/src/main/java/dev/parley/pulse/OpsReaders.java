package dev.parley.pulse;

import dev.parley.pulse.kafka.OffsetReader;
import dev.parley.pulse.kafka.TurnTail;
import dev.parley.pulse.metrics.ServiceScraper;
import java.io.Closeable;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads turns, offsets and metrics, each on a thread of its own: one that hangs delays no other. */
final class OpsReaders implements OpsMonitor.Readers {
    private static final Logger LOG = LoggerFactory.getLogger(OpsReaders.class);

    private final CountDownLatch closing = new CountDownLatch(1);
    private final PulseSettings settings;
    private final OpsReadings readings;
    private final TurnTail tail;

    private OpsReaders(PulseSettings settings, Clock clock) {
        this.settings = settings;
        this.readings = new OpsReadings(settings.history(), settings.refresh(), settings.timeout(), clock);
        this.tail = new TurnTail(settings.bootstrapServers(), readings.turns(), settings.history(), clock);
    }

    static OpsReaders start(PulseSettings settings, Clock clock) {
        OpsReaders readers = new OpsReaders(settings, clock);
        OpsReadings readings = readers.readings;
        Thread.ofVirtual().name("turns").start(readers.tail);
        readers.repeat(
                "offsets",
                () -> new OffsetReader(settings.bootstrapServers(), readings.turns(), settings.timeout()),
                reader -> readings.add(reader.read()));
        readers.repeat(
                "services",
                () -> new ServiceScraper(settings.services(), OpsReadings.METRICS, settings.timeout()),
                scraper -> readings.add(scraper.read()));
        return readers;
    }

    private interface Reading<R> {
        void run(R reader) throws Exception;
    }

    /** Reads at every interval until this is closed. After a failure, which is shown as unknown, with a new reader. */
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
