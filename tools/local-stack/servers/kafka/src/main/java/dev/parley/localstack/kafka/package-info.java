/** The main class of the Kafka broker's process. */
@NullMarked
package dev.parley.localstack.kafka;

import org.jspecify.annotations.NullMarked;
