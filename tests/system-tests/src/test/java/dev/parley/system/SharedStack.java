package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;

/** One system shared by the tests of this JVM, started on first use; its processes end with the JVM. */
final class SharedStack {
    private static final LocalStack STACK = LocalStack.start(ClaudeTransport.over(new StackSettings()));

    private SharedStack() {}

    static LocalStack get() {
        return STACK;
    }
}
