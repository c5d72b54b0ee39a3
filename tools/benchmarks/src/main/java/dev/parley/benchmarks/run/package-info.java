/** What scenarios share: warm-up, rounds, the use of processors. */
@NullMarked
package dev.parley.benchmarks.run;

import org.jspecify.annotations.NullMarked;
