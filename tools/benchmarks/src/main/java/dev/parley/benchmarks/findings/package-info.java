/** What was found: rows of a table, figures to compare, plots. */
@NullMarked
package dev.parley.benchmarks.findings;

import org.jspecify.annotations.NullMarked;
