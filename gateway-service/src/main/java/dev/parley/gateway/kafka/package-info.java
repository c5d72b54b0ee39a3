/** Requests to, and pieces of answers from, the topics. */
@NullMarked
package dev.parley.gateway.kafka;

import org.jspecify.annotations.NullMarked;
