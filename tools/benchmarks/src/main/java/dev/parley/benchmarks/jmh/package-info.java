/** JMH benchmarks of the components on the path of a token. */
@NullMarked
package dev.parley.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
