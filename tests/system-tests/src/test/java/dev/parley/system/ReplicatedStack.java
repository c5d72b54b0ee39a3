package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;

/**
 * One system with two replicas of every service, shared by the tests of this JVM, started on first use; its processes
 * end with the JVM. A test that stops a process restarts it.
 */
final class ReplicatedStack extends CheckedStack {
    private static final LocalStack STACK = LocalStack.start(ClaudeTransport.over(new StackSettings())
            .replicas("gateway-service", 2)
            .replicas("cache-service", Integer.getInteger(SharedStack.CACHE_SERVICES, 2))
            .replicas("inference-service", 2)
            .replicas("persistence-worker", 2));

    ReplicatedStack() {
        super(STACK);
    }

    static LocalStack get() {
        return STACK;
    }
}
