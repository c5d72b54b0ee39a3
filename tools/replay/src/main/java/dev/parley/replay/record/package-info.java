/** A record of a topic as one JSON object, whatever it holds. */
@NullMarked
package dev.parley.replay.record;

import org.jspecify.annotations.NullMarked;
