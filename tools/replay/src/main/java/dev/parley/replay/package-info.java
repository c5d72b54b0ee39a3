/** Replay: exports the records of a topic as JSON lines or CSV. */
@NullMarked
package dev.parley.replay;

import org.jspecify.annotations.NullMarked;
