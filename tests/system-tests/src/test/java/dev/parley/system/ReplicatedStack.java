package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/**
 * One system with two replicas of every service, shared by the tests of this JVM, started on first use; its processes
 * end with the JVM. A test that stops a process restarts it.
 */
final class ReplicatedStack implements BeforeAllCallback, AfterAllCallback {
    private static final AloneThenTogether USERS = new AloneThenTogether();

    /** A site whose origin the gateways allow. */
    static final OtherSite ALLOWED_SITE = OtherSite.start();

    /** After the first class has entered: the others then wait in {@link #beforeAll}, not for this. */
    private static final class Started {
        private static final LocalStack STACK = LocalStack.start(ClaudeTransport.over(new StackSettings())
                .environment("gateway-service", Map.of("PARLEY_ALLOWED_ORIGINS", ALLOWED_SITE.origin()))
                .replicas("gateway-service", 2)
                .replicas("cache-service", Integer.getInteger(SharedStack.CACHE_SERVICES, 2))
                .replicas("inference-service", 2)
                .replicas("persistence-worker", 2));
    }

    static LocalStack get() {
        return Started.STACK;
    }

    @Override
    public void beforeAll(ExtensionContext stories) throws InterruptedException {
        USERS.enter(stories.getRequiredTestClass().isAnnotationPresent(AloneOnReplicatedStack.class));
    }

    /** After a class of stories that is extended with this one, each request has one turn, and no log has a text. */
    @Override
    public void afterAll(ExtensionContext stories) throws Exception {
        try {
            DeliveryGuarantees.eachRequestHasOneTurn(get());
            ServiceLogLines.containNoTextsOrKeys(get());
        } finally {
            USERS.leave();
        }
    }

    /** A lock for each class: without one, the methods of a class would also run at the same time. */
    static final class OneByOne implements ResourceLocksProvider {
        @Override
        public Set<Lock> provideForClass(Class<?> stories) {
            return Set.of(new Lock(stories.getName()));
        }
    }
}
