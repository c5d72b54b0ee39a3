/** Tails {@code chat.turns} and reads offsets. */
@NullMarked
package dev.parley.pulse.kafka;

import org.jspecify.annotations.NullMarked;
