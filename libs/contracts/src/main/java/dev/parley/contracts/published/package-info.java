/** The events of published answers on {@code chat.published}, their addresses and their cache tags. */
@NullMarked
package dev.parley.contracts.published;

import org.jspecify.annotations.NullMarked;
