/** The Kafka contract of Parley: topics, events, deltas, identifiers and prices, with their encodings. */
@NullMarked
package dev.parley.contracts;

import org.jspecify.annotations.NullMarked;
