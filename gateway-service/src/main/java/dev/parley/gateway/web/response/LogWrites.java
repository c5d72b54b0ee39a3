package dev.parley.gateway.web.response;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
        return written(event).onErrorMap(_ -> ApiErrorException.logUnreachable());
    }

    /**
     * Completes when the event is on the log, or fails as the future does, which a client that disconnects does not cancel. The
     * future's failure is a value for Reactor, which would log an error for which no response waits any more, with its stack.
     */
    public static Mono<Void> written(Supplier<CompletableFuture<Void>> event) {
        return Mono.fromFuture(() -> event.get().handle((_, failure) -> Optional.ofNullable(failure)), true)
                .flatMap(failure ->
                        failure.map(LogWrites::cause).map(Mono::<Void>error).orElseGet(Mono::empty));
    }

    /** The failure of a stage that others depend on is that of the first one. */
    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
