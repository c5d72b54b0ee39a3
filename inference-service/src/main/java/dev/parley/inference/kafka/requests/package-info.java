/**
 * Requests from {@code chat.requests} while they are in flight: consumed, answered on {@code chat.deltas}, and finished with
 * their turns.
 */
@NullMarked
package dev.parley.inference.kafka.requests;

import org.jspecify.annotations.NullMarked;
