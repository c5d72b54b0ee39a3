/** What scenarios share: warm-up, rounds, waiting for idle processes. */
@NullMarked
package dev.parley.benchmarks.run;

import org.jspecify.annotations.NullMarked;
