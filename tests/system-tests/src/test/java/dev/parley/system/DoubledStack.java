package dev.parley.system;

import dev.parley.localstack.LocalStack;
import java.util.Map;

/**
 * One system with two replicas of every service, for all stories of this JVM that need them. Started by the first; its
 * processes end with the JVM. Who stops a process starts it again.
 */
final class DoubledStack {
    /** Its page may ask the gateways. */
    static final OtherSite FRIEND = OtherSite.start();

    private static final LocalStack STACK = LocalStack.builder()
            .environment("gateway-service", Map.of("PARLEY_ALLOWED_ORIGINS", FRIEND.origin()))
            .replicas("gateway-service", 2)
            .replicas("cache-service", 2)
            .replicas("inference-service", 2)
            .replicas("persistence-worker", 2)
            .start();

    private DoubledStack() {}

    static LocalStack get() {
        return STACK;
    }
}
