package dev.parley.gateway.web;

import dev.parley.contracts.event.CancelRequested;
import dev.parley.contracts.event.Command;
import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.session.OnDisconnect;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Tells the owners of answers who reads them. What does not get onto the log in time is logged: then an answer goes on
 * unread, or ends although somebody has come back.
 */
public final class ReaderPresence {
    private static final Logger LOG = LoggerFactory.getLogger(ReaderPresence.class);

    /** How many requests that nobody waits for are cancelled at once; each waits for the log some seconds. */
    private static final int ABANDONED_MAX = 1_000;

    private static final int ATTEMPTS_MORE = 6;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Whose request of which generation. */
    record Reader(GenerationId generation, TenantId tenant, String traceparent) {}

    private final EventPublisher publisher;
    private final Duration grace;
    private final Scheduler workers;
    private final Clock clock;
    private final Semaphore abandoned = new Semaphore(ABANDONED_MAX);
    private volatile boolean stopping;

    /**
     * Makes a teller.
     *
     * @param grace how long an answer may go on without a reader
     * @param workers where is waited for the log
     */
    public ReaderPresence(EventPublisher publisher, Duration grace, Scheduler workers, Clock clock) {
        this.publisher = publisher;
        this.grace = grace;
        this.workers = workers;
        this.clock = clock;
    }

    /** One more reads along. Not for an event loop, so that nothing overtakes it. */
    void resumed(Reader reader) {
        publish(new ReadingResumed(reader.generation(), reader.tenant(), clock.instant(), reader.traceparent()));
    }

    /** From now on readers go because this gateway does. */
    public void stopping() {
        stopping = true;
    }

    /** A reader has gone before the end. */
    void left(Reader reader, OnDisconnect policy) {
        if (stopping) {
            cutOff(reader, policy);
        } else {
            tell(reader, policy);
        }
    }

    /** A reader has lost the connection by our doing: that cancels nothing at once, whatever the policy. */
    void cutOff(Reader reader, OnDisconnect policy) {
        tell(reader, policy == OnDisconnect.CANCEL ? OnDisconnect.GRACE : policy);
    }

    private void tell(Reader reader, OnDisconnect policy) {
        switch (policy) {
            case CONTINUE -> {
                // Nobody needs to know.
            }
            case CANCEL ->
                later(new CancelRequested(reader.generation(), reader.tenant(), clock.instant(), reader.traceparent()));
            case GRACE ->
                later(new ReadingStopped(
                        reader.generation(), reader.tenant(), clock.instant(), grace, reader.traceparent()));
        }
    }

    /**
     * A request was not on the log in time, and may get there yet: its client has been told to ask again, so nobody reads
     * the answer. Tries for a while, for the log is in trouble.
     */
    void abandoned(Reader reader) {
        if (!abandoned.tryAcquire()) {
            LOG.warn("{} may run unread: too many requests are not on the log in time", reader.generation());
            return;
        }
        var cancel = new CancelRequested(reader.generation(), reader.tenant(), clock.instant(), reader.traceparent());
        var _ = Mono.defer(() -> Mono.fromFuture(publisher.publish(cancel)))
                .subscribeOn(workers)
                .retryWhen(Retry.fixedDelay(ATTEMPTS_MORE, PAUSE))
                .doFinally(_ -> abandoned.release())
                .subscribe(
                        _ -> {}, failure -> LOG.warn("{} may run unread: {}", reader.generation(), failure.toString()));
    }

    private void later(Command command) {
        var _ = workers.schedule(() -> publish(command));
    }

    private void publish(Command command) {
        var _ = publisher.publish(command).exceptionally(failure -> {
            LOG.warn("{} is not on the log: {}", command.getClass().getSimpleName(), failure.toString());
            return null;
        });
    }
}
