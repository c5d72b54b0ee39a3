/** Writes the answers of completed turns into Redis, and removes deleted ones. */
@NullMarked
package dev.parley.cache;

import org.jspecify.annotations.NullMarked;
