/** An open-arrival load generator: requests leave when they are due, whatever became of those before. */
@NullMarked
package dev.parley.benchmarks.load;

import org.jspecify.annotations.NullMarked;
