/** Writes the answers of completed turns into Redis, removes deleted ones, and purges the shared cache before the gateways. */
@NullMarked
package dev.parley.cache;

import org.jspecify.annotations.NullMarked;
