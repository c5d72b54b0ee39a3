/** What is measured, all of it in front of the same simulated Claude. */
@NullMarked
package dev.parley.benchmarks.contestant;

import org.jspecify.annotations.NullMarked;
