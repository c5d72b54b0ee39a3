package dev.parley.system;

import dev.parley.localstack.LocalStack;

/** One system for all stories of this JVM, started by the first that needs it; its processes end with the JVM. */
final class SharedStack {
    private static final LocalStack STACK = LocalStack.builder().start();

    private SharedStack() {}

    static LocalStack get() {
        return STACK;
    }
}
