package dev.parley.gateway.web.answers;

import dev.parley.contracts.event.AnswerDelivered;
import dev.parley.contracts.event.DeliveryCodec;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.web.answers.Delivery.Outcome;
import dev.parley.gateway.web.answers.ReaderPresence.Reader;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * Publishes how responses with answers ended, after their end and on a worker. An event that cannot be delivered is logged and lost:
 * no client waits for it.
 */
public final class DeliveryLog {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryLog.class);

    private final EventPublisher publisher;
    private final Scheduler workers;
    private final Clock clock;

    public DeliveryLog(EventPublisher publisher, Scheduler workers, Clock clock) {
        this.publisher = publisher;
        this.workers = workers;
        this.clock = clock;
    }

    public void ended(Reader reader, boolean resumed, Delivery delivery, int status, Outcome outcome) {
        AnswerDelivered event = new AnswerDelivered(
                reader.generation(),
                reader.tenant(),
                resumed,
                status,
                outcome.text(),
                delivery.first(),
                delivery.last(),
                clock.instant(),
                reader.traceparent());
        var _ = workers.schedule(() -> publish(event));
    }

    private void publish(AnswerDelivered event) {
        var _ = publisher.publish(DeliveryCodec.encode(event)).exceptionally(failure -> {
            LOG.warn("The delivery of {} was not recorded: {}", event.generation(), failure.toString());
            return null;
        });
    }
}
