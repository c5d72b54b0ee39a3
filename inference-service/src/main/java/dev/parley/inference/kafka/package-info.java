/** Requests from, and answers to, the topics. */
@NullMarked
package dev.parley.inference.kafka;

import org.jspecify.annotations.NullMarked;
