/** Processor time and memory of processes, and the machine they run on. */
@NullMarked
package dev.parley.benchmarks.machine;

import org.jspecify.annotations.NullMarked;
