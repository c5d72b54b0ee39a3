package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.KeyId;
import dev.parley.testing.Events;
import java.time.Clock;
import java.util.Optional;

/** Requests for tests, for the model {@code claude-x}. */
public final class Requests {
    private Requests() {}

    /** A request with a body. */
    public static ChatRequested asking(String body) {
        return Events.requested(request -> request.request = body.getBytes(UTF_8));
    }

    /** A request with a body that is routed to Claude when it is published. */
    static RoutedRequest toClaude(String body) {
        return RoutedRequest.toClaude(asking(body), Events.NOON);
    }

    /** A request of a key that has no other, which is not coalesced with others. */
    public static ChatRequested ofANewKey() {
        return Events.requested(request -> {
            request.key = Optional.of(KeyId.next(Clock.systemUTC()));
            request.cachePolicy = CachePolicy.NO_CACHE;
        });
    }
}
