/** What is measured, and its targets. */
@NullMarked
package dev.parley.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
