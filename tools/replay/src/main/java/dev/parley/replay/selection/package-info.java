/** Which records are wanted: decided from offsets, times, keys and headers, before anything is decoded. */
@NullMarked
package dev.parley.replay.selection;

import org.jspecify.annotations.NullMarked;
