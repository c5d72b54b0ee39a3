package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One system shared by the tests of this JVM, started on first use; its processes end with the JVM. */
final class SharedStack implements AfterAllCallback {
    /**
     * The property of the number of cache-services of the shared systems: with 0, all stories hold but those tagged
     * {@code cache-service}, whose answers have to be stored.
     */
    static final String CACHE_SERVICES = "tests.cache-services";

    private static final LocalStack STACK = LocalStack.start(
            ClaudeTransport.over(new StackSettings()).replicas("cache-service", Integer.getInteger(CACHE_SERVICES, 1)));

    static LocalStack get() {
        return STACK;
    }

    /** After a class of stories that is extended with this one, each request has one turn, and no log has a text. */
    @Override
    public void afterAll(ExtensionContext stories) throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
        ServiceLogLines.containNoTextsOrKeys(STACK);
    }
}
