/**
 * The Kafka clients of this service with their settings, and what is found on folded topics. Each subject that uses them has
 * a package below.
 */
@NullMarked
package dev.parley.inference.kafka;

import org.jspecify.annotations.NullMarked;
