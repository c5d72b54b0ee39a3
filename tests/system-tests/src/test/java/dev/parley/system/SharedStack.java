package dev.parley.system;

import dev.parley.localstack.LocalStack;

/** One system shared by the tests of this JVM, started on first use; its processes end with the JVM. */
final class SharedStack {
    private static final LocalStack STACK = LocalStack.builder().start();

    private SharedStack() {}

    static LocalStack get() {
        return STACK;
    }
}
