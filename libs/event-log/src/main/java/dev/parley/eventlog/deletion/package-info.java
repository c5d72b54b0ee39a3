/** The conversations deleted within the last day, from {@code chat.deletions}. */
@NullMarked
package dev.parley.eventlog.deletion;

import org.jspecify.annotations.NullMarked;
