/** Pieces of answers on {@code chat.deltas}, and their encoding as bytes with four short headers. */
@NullMarked
package dev.parley.contracts.delta;

import org.jspecify.annotations.NullMarked;
