/** One generation from the request to its turn, whatever carries it. */
@NullMarked
package dev.parley.inference.generation;

import org.jspecify.annotations.NullMarked;
