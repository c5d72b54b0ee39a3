/** The machine that it is measured on. */
@NullMarked
package dev.parley.benchmarks.machine;

import org.jspecify.annotations.NullMarked;
