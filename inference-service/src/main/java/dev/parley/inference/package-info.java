/** A request in, an answer out: asks Claude, streams the answer to {@code chat.deltas}, records the turn once. */
@NullMarked
package dev.parley.inference;

import org.jspecify.annotations.NullMarked;
