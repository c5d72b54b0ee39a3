/** Queries and filters over the offsets, times, keys and headers of records. */
@NullMarked
package dev.parley.replay.selection;

import org.jspecify.annotations.NullMarked;
