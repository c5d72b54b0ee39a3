package dev.parley.inference.kafka;

import dev.parley.localstack.LocalKafka;

/** The broker of all integration tests of this JVM, started on first use; it ends with the JVM. */
final class SharedKafka {
    private static final LocalKafka KAFKA = LocalKafka.start().withTopics();

    private SharedKafka() {}

    static LocalKafka get() {
        return KAFKA;
    }
}
