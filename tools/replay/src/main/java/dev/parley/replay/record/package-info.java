/** Decoding of a record of any topic into one JSON object. */
@NullMarked
package dev.parley.replay.record;

import org.jspecify.annotations.NullMarked;
