/** Time, processors and threads that exist in a calculation only. Knows nothing of Parley. */
@NullMarked
package dev.parley.benchmarks.simulation.engine;

import org.jspecify.annotations.NullMarked;
