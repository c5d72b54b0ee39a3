package dev.parley.gateway;

import dev.parley.gateway.kafka.LogGauge;
import dev.parley.gateway.kafka.TurnTail;
import dev.parley.gateway.kafka.WatchClients;
import dev.parley.gateway.pulse.Pulse;
import dev.parley.gateway.pulse.PulseSettings;
import dev.parley.gateway.pulse.Watch;
import dev.parley.gateway.scrape.ServiceScraper;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the log and the services for those who watch, each on a thread of its own: one that hangs holds up no other. */
final class WatchReading implements Pulse.Reading {
    private static final Logger LOG = LoggerFactory.getLogger(WatchReading.class);

    private final CountDownLatch closing = new CountDownLatch(1);
    private final Duration refresh;
    private final TurnTail tail;
    private final LogGauge gauge;
    private final ServiceScraper scraper;

    private WatchReading(Watch watch, WatchClients clients, PulseSettings settings, Clock clock) {
        this.refresh = settings.refresh();
        this.tail = new TurnTail(clients::turnConsumer, watch.turns(), settings, clock);
        this.gauge = new LogGauge(clients.admin(), watch.turns(), settings, clock);
        this.scraper = new ServiceScraper(settings, Watch.METRICS);
    }

    static WatchReading begin(Watch watch, WatchClients clients, PulseSettings settings, Clock clock) {
        WatchReading reading = new WatchReading(watch, clients, settings, clock);
        Thread.ofVirtual().name("pulse-turns").start(reading.tail);
        Thread.ofVirtual().name("pulse-log").start(() -> reading.repeat(() -> watch.log(reading.gauge.read())));
        Thread.ofVirtual()
                .name("pulse-services")
                .start(() -> reading.repeat(() -> watch.services(reading.scraper.read())));
        return reading;
    }

    private interface Look {
        void once() throws InterruptedException, ExecutionException, TimeoutException;
    }

    /** Until this is closed. What fails is shown by what the page does not know. */
    private void repeat(Look look) {
        try {
            do {
                try {
                    look.once();
                } catch (ExecutionException | TimeoutException | RuntimeException | Error e) {
                    LOG.debug("Nothing to be read for those who watch: {}", e.toString());
                }
            } while (!closing.await(refresh.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        List.of(tail, gauge, scraper).forEach(WatchReading::close);
    }

    private static void close(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            LOG.warn("Nobody watches any more, but something goes on being read", e);
        }
    }
}
