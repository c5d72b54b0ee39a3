/** The results of a run, for people, for programs and for the next run. */
@NullMarked
package dev.parley.benchmarks.report;

import org.jspecify.annotations.NullMarked;
