/** The command {@code ./parley bench}, which measures Parley and the systems that it is compared with. */
@NullMarked
package dev.parley.benchmarks;

import org.jspecify.annotations.NullMarked;
