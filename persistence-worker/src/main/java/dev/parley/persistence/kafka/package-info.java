/** Records in, dead letters out, and the membership of the consumer group. */
@NullMarked
package dev.parley.persistence.kafka;

import org.jspecify.annotations.NullMarked;
