package dev.parley.gateway.web;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Events that responses wait for. */
public final class LogWrites {
    private LogWrites() {}

    /**
     * Completes when the event is on the log, or fails with an {@link ApiErrorException}. A client that disconnects does not cancel
     * the future, because the second event of a deletion would not follow the first.
     */
    public static Mono<Void> explained(Supplier<CompletableFuture<Void>> event) {
        return Mono.fromFuture(event, true).onErrorMap(_ -> ApiErrorException.logUnreachable());
    }
}
