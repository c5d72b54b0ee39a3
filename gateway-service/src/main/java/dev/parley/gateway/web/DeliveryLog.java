package dev.parley.gateway.web;

import dev.parley.contracts.event.AnswerDelivered;
import dev.parley.gateway.web.ReaderPresence.Reader;
import java.time.Clock;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;

/** Publishes how responses with answers ended, after their end and on a thread of its own. */
public final class DeliveryLog {
    private final Consumer<AnswerDelivered> publisher;
    private final Scheduler workers;
    private final Clock clock;

    /**
     * Makes a log.
     *
     * @param publisher may block, and must not throw
     */
    public DeliveryLog(Consumer<AnswerDelivered> publisher, Scheduler workers, Clock clock) {
        this.publisher = publisher;
        this.workers = workers;
        this.clock = clock;
    }

    void ended(Reader reader, boolean resumed, DeliveryTimes times, int status, String outcome) {
        AnswerDelivered event = new AnswerDelivered(
                reader.generation(),
                reader.tenant(),
                resumed,
                status,
                outcome,
                times.first(),
                times.last(),
                clock.instant(),
                reader.traceparent());
        var _ = workers.schedule(() -> publisher.accept(event));
    }
}
