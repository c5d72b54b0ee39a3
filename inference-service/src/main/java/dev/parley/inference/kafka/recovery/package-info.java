/** Redelivered requests, which another replica may have started: read from {@code chat.deltas}, decided, and taken over. */
@NullMarked
package dev.parley.inference.kafka.recovery;

import org.jspecify.annotations.NullMarked;
