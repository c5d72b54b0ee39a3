package dev.parley.gateway.web.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CacheVerdict;
import dev.parley.gateway.answer.Opening;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ChatHandlerTest {
    private static final Opening FIRST = new Opening.Begun(CacheVerdict.EXACT);
    private static final Opening UNKNOWN = new Opening.Begun(CacheVerdict.MISS);

    private final TimeoutException failure = new TimeoutException("the request is not on the log");
    private final CompletableFuture<Opening> first = new CompletableFuture<>();
    private final CompletableFuture<Void> published = new CompletableFuture<>();
    private final CompletableFuture<Opening> timeout = new CompletableFuture<>();
    /** Openings and failures. */
    private final List<Object> openings = new ArrayList<>();

    ChatHandlerTest() {
        ChatHandler.opening(Mono.fromFuture(first), Mono.fromFuture(published), Mono.fromFuture(timeout))
                .subscribe(openings::add, openings::add);
    }

    @Test
    void beginsWithTheFirstDelta() {
        published.complete(null);
        first.complete(FIRST);
        timeout.complete(UNKNOWN);
        assertThat(openings).containsExactly(FIRST);
    }

    @Test
    void beginsAfterTheTimeoutWithARequestOnTheLog() {
        published.complete(null);
        assertThat(openings).isEmpty();
        timeout.complete(UNKNOWN);
        assertThat(openings).containsExactly(UNKNOWN);
    }

    @Test
    void failsAtOnceIfTheRequestCannotBePublished() {
        published.completeExceptionally(failure);
        assertThat(openings).containsExactly(failure);
    }

    /** The gateway was frozen: then the timeout may come before the failure, although it is longer. */
    @Test
    void doesNotBeginWithARequestThatMayNotBeOnTheLog() {
        timeout.complete(UNKNOWN);
        assertThat(openings).isEmpty();
        published.completeExceptionally(failure);
        assertThat(openings).containsExactly(failure);
    }

    @Test
    void beginsOnceARequestIsOnTheLogLate() {
        timeout.complete(UNKNOWN);
        published.complete(null);
        assertThat(openings).containsExactly(UNKNOWN);
    }
}
