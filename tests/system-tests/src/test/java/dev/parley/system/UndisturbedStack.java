package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/**
 * One system with two gateways and two inference-services, shared by the tests of this JVM that disturb no others, started on first
 * use, after the replicated system, which is started for that if it is not running; its processes end with the JVM.
 */
final class UndisturbedStack extends CheckedStack {
    /** A site whose origin the gateways allow. */
    static final OtherSite ALLOWED_SITE = OtherSite.start();

    private static final LocalStack STACK = start();

    /** Begins when the replicated system is ready: stories on that one take longer, because they run one after the other. */
    private static LocalStack start() {
        var _ = ReplicatedStack.get();
        return LocalStack.start(ClaudeTransport.over(new StackSettings())
                .environment("gateway-service", Map.of("PARLEY_ALLOWED_ORIGINS", ALLOWED_SITE.origin()))
                .replicas("gateway-service", 2)
                .replicas("cache-service", Integer.getInteger(SharedStack.CACHE_SERVICES, 1))
                .replicas("inference-service", 2));
    }

    UndisturbedStack() {
        super(STACK);
    }

    static LocalStack get() {
        return STACK;
    }

    /** A lock for each class: without one, the methods of a class would also run at the same time. */
    static final class OneByOne implements ResourceLocksProvider {
        @Override
        public Set<Lock> provideForClass(Class<?> stories) {
            return Set.of(new Lock(stories.getName()));
        }
    }
}
