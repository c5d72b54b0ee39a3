/** Kafka alone: the limit of whatever answers over a log. */
@NullMarked
package dev.parley.benchmarks.hops;

import org.jspecify.annotations.NullMarked;
