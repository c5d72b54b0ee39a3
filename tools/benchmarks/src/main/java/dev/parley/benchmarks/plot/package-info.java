/** Plots as SVG, for light and dark, without anything from elsewhere. */
@NullMarked
package dev.parley.benchmarks.plot;

import org.jspecify.annotations.NullMarked;
