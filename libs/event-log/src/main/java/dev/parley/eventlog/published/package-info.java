/** The published answers, from {@code chat.published}. */
@NullMarked
package dev.parley.eventlog.published;

import org.jspecify.annotations.NullMarked;
