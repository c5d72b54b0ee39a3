/** The events of API keys on {@code chat.keys}. */
@NullMarked
package dev.parley.contracts.key;

import org.jspecify.annotations.NullMarked;
