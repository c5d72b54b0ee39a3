/** The chat endpoint that Parley replaces, as it was. */
@NullMarked
package dev.parley.benchmarks.predecessor;

import org.jspecify.annotations.NullMarked;
