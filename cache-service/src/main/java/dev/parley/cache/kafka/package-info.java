/** The consumer of {@code chat.turns}. */
@NullMarked
package dev.parley.cache.kafka;

import org.jspecify.annotations.NullMarked;
