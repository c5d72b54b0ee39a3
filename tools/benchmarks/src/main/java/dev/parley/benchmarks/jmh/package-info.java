/** The pieces on the way of a token, each measured by itself with JMH. */
@NullMarked
package dev.parley.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
