package dev.parley.gateway;

import dev.parley.localstack.LocalKafka;

/**
 * The broker of the integration tests of this JVM that neither stop it nor write many megabytes, started on first use; it
 * ends with the JVM.
 */
final class SharedKafka {
    private static final LocalKafka KAFKA = LocalKafka.start().withTopics();

    private SharedKafka() {}

    static LocalKafka get() {
        return KAFKA;
    }
}
