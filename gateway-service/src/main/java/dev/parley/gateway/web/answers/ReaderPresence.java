package dev.parley.gateway.web.answers;

import dev.parley.contracts.event.CancelRequested;
import dev.parley.contracts.event.Command;
import dev.parley.contracts.event.CommandCodec;
import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.session.OnDisconnect;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Publishes when readers disconnect and resume, so that inference-service cancels abandoned generations. A command that cannot be
 * published is logged: then a generation continues without a reader, or is cancelled although its reader resumed. One that was
 * retried may be on the log twice: then a generation may continue without a reader.
 */
public final class ReaderPresence {
    private static final Logger LOG = LoggerFactory.getLogger(ReaderPresence.class);

    /** Concurrent cancellations of requests that were not published in time; each may take some seconds. */
    private static final int ABANDONED_MAX = 1_000;

    private static final int RETRIES_MAX = 6;
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    /** A client that receives an answer, in one response. */
    public record Reader(GenerationId generation, TenantId tenant, String traceparent) {}

    private final EventPublisher publisher;
    /** The time for which a generation continues without a reader. */
    private final Duration grace;

    private final Scheduler workers;

    private final Clock clock;
    private final Semaphore abandoned = new Semaphore(ABANDONED_MAX);
    private volatile boolean stopping;

    public ReaderPresence(EventPublisher publisher, Duration grace, Scheduler workers, Clock clock) {
        this.publisher = publisher;
        this.grace = grace;
        this.workers = workers;
        this.clock = clock;
    }

    /**
     * A reader has resumed. Blocks, so that no later command overtakes it; not for an event loop. Retried for the grace period of
     * the reader before it, or until this one has left: else the generation would be cancelled although it is read.
     */
    Resumption resumed(Reader reader) {
        Resumption resumption = new Resumption(reader);
        Instant end = clock.instant().plus(grace);
        Mono<Void> again = Mono.delay(RETRY_PAUSE)
                .publishOn(workers)
                .flatMap(_ -> Mono.fromFuture(resumption.publish()))
                .retryWhen(Retry.indefinitely().filter(_ -> clock.instant().isBefore(end)));
        var _ = Mono.fromFuture(resumption.publish())
                .onErrorResume(_ -> again)
                .subscribe(
                        _ -> {},
                        failure ->
                                LOG.warn("A reader of {} is not counted: {}", reader.generation(), failure.toString()));
        return resumption;
    }

    /** A reader that has resumed has disconnected before the end. */
    void left(Resumption resumption) {
        ReadingStopped command = departure(resumption.reader, grace);
        var _ = workers.schedule(() -> resumption.leave(command));
    }

    /** The gateway stops: from now on readers disconnect because of it. */
    public void stopping() {
        stopping = true;
    }

    /**
     * A reader has disconnected before the end.
     *
     * @param byGateway whether the gateway has closed the connection: that never cancels at once, whatever the policy
     */
    public void left(Reader reader, OnDisconnect policy, boolean byGateway) {
        boolean mayReconnect = byGateway || stopping;
        switch (mayReconnect && policy == OnDisconnect.CANCEL ? OnDisconnect.GRACE : policy) {
            case CONTINUE -> {
                // The generation continues.
            }
            // Not CancelRequested: another reader may have resumed the answer.
            case CANCEL -> stopped(reader, Duration.ZERO);
            case GRACE -> stopped(reader, grace);
        }
    }

    private void stopped(Reader reader, Duration graceOfReader) {
        ReadingStopped command = departure(reader, graceOfReader);
        var _ = workers.schedule(() -> publish(command));
    }

    private ReadingStopped departure(Reader reader, Duration graceOfReader) {
        return new ReadingStopped(
                reader.generation(), reader.tenant(), clock.instant(), graceOfReader, reader.traceparent());
    }

    /**
     * A request was not published in time and may be published later. Its client has got an error, so the generation is cancelled;
     * retried for some seconds, because Kafka is in trouble.
     */
    public void abandoned(Reader reader) {
        if (!abandoned.tryAcquire()) {
            LOG.warn("{} may run without a reader: too many requests were not published in time", reader.generation());
            return;
        }
        var cancel = new CancelRequested(reader.generation(), reader.tenant(), clock.instant(), reader.traceparent());
        var _ = Mono.defer(() -> Mono.fromFuture(publisher.publish(CommandCodec.encode(cancel))))
                .subscribeOn(workers)
                .retryWhen(Retry.fixedDelay(RETRIES_MAX, RETRY_PAUSE))
                .doFinally(_ -> abandoned.release())
                .subscribe(
                        _ -> {},
                        failure ->
                                LOG.warn("{} may run without a reader: {}", reader.generation(), failure.toString()));
    }

    private void publish(Command command) {
        var _ = publisher.publish(CommandCodec.encode(command)).exceptionally(failure -> {
            LOG.warn("{} was not published: {}", command.getClass().getSimpleName(), failure.toString());
            return null;
        });
    }

    /** A reader that has resumed. Publishes that it has left once it is counted: else it would be subtracted from others. */
    final class Resumption {
        private final Reader reader;
        private final ReadingResumed command;
        /** The last attempt. Guarded by this. */
        private CompletableFuture<Void> published = new CompletableFuture<>();
        /** Guarded by this. */
        private boolean left;

        private Resumption(Reader reader) {
            this.reader = reader;
            this.command =
                    new ReadingResumed(reader.generation(), reader.tenant(), clock.instant(), reader.traceparent());
        }

        private synchronized CompletableFuture<Void> publish() {
            if (left) {
                return CompletableFuture.completedFuture(null);
            }
            published = publisher.publish(CommandCodec.encode(command));
            return published;
        }

        private synchronized void leave(ReadingStopped stopped) {
            left = true;
            var _ = published
                    .exceptionallyComposeAsync(_ -> publisher.publish(CommandCodec.encode(command)), workers::schedule)
                    .thenRunAsync(() -> ReaderPresence.this.publish(stopped), workers::schedule)
                    .exceptionally(failure -> {
                        LOG.warn("A reader of {} is not counted: {}", reader.generation(), failure.toString());
                        return null;
                    });
        }
    }
}
