/** An open-arrival load generator: requests are sent when they are due, independent of earlier answers. */
@NullMarked
package dev.parley.benchmarks.load;

import org.jspecify.annotations.NullMarked;
