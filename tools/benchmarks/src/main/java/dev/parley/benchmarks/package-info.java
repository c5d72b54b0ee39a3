/** Measures Parley beside others, on one machine and in one run: {@code ./parley bench}. */
@NullMarked
package dev.parley.benchmarks;

import org.jspecify.annotations.NullMarked;
