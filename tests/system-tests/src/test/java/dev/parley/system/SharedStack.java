package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;

/** One system shared by the tests of this JVM, started on first use; its processes end with the JVM. */
final class SharedStack extends CheckedStack {
    /**
     * The property of the number of cache-services of the shared systems: with 0, all stories hold but those tagged
     * {@code cache-service}, whose answers have to be stored.
     */
    static final String CACHE_SERVICES = "tests.cache-services";

    private static final LocalStack STACK = LocalStack.start(
            ClaudeTransport.over(new StackSettings()).replicas("cache-service", Integer.getInteger(CACHE_SERVICES, 1)));

    SharedStack() {
        super(STACK);
    }

    static LocalStack get() {
        return STACK;
    }
}
