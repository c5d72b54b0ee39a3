/** One generation from the request to its turn, whatever carries it: its run, the continuation of its answer, and its deltas. */
@NullMarked
package dev.parley.inference.generation;

import org.jspecify.annotations.NullMarked;
