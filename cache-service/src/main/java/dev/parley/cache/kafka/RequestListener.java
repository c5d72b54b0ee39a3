package dev.parley.cache.kafka;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.membership.Membership;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests. One is finished, and its offset may be committed, when the broker has all that it asks for. Of a
 * partition that another replica has got meanwhile none is taken: it fails, and the next poll tells what is still ours.
 */
public final class RequestListener implements Consumer<Delivery> {
    private static final Logger LOG = LoggerFactory.getLogger(RequestListener.class);

    private final Membership membership;
    private final Unfinished unfinished;
    private final RequestDesk desk;
    private final DeadLetters deadLetters;

    public RequestListener(Membership membership, Unfinished unfinished, RequestDesk desk, DeadLetters deadLetters) {
        this.membership = membership;
        this.unfinished = unfinished;
        this.desk = desk;
        this.deadLetters = deadLetters;
    }

    @Override
    public void accept(Delivery delivery) {
        if (membership.inDoubt()) {
            LOG.info("Asking the group whether {} is still ours", delivery.partition());
            membership.ask(delivery.consumer());
        }
        try {
            Unfinished.Request begun = unfinished.begin(delivery);
            var _ = take(delivery, begun).whenComplete((_, failure) -> {
                if (failure == null) {
                    begun.finish();
                } else {
                    // Only when this process ends. It stays unfinished, so that the partition's next owner gets it.
                    LOG.warn("{} is left to its next owner: {}", delivery, failure.toString());
                }
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while taking " + delivery, e);
        }
    }

    private CompletableFuture<Void> take(Delivery delivery, Unfinished.Request begun) throws InterruptedException {
        try {
            ChatRequested requested = RequestCodec.decodeChatRequested(
                    delivery.event().headers(), delivery.event().value());
            try (LogContext _ = LogContext.of(requested.generation(), requested.traceparent())) {
                return desk.serve(requested, delivery).exceptionallyCompose(failure -> putAside(delivery, failure));
            }
        } catch (MalformedEventException e) {
            return deadLetters.put(delivery.event(), e.reason());
        } catch (RuntimeException | InterruptedException e) {
            begun.takeBack();
            throw e;
        }
    }

    private CompletableFuture<Void> putAside(Delivery delivery, Throwable failure) {
        return RecordSender.cause(failure) instanceof RecordTooLargeException
                ? deadLetters.put(delivery.event(), "too large for the topic of inference")
                : CompletableFuture.failedFuture(failure);
    }
}
