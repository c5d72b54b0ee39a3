/** Which conversations have been deleted lately, as of the moment of asking, from {@code chat.deletions}. */
@NullMarked
package dev.parley.eventlog.deletion;

import org.jspecify.annotations.NullMarked;
