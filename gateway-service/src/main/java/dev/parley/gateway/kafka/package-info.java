/** Kafka: events of clients out, deltas, keys and turns in. */
@NullMarked
package dev.parley.gateway.kafka;

import org.jspecify.annotations.NullMarked;
