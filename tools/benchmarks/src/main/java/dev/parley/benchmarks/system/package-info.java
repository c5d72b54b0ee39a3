/** The systems that are measured: Parley and those it is compared with. */
@NullMarked
package dev.parley.benchmarks.system;

import org.jspecify.annotations.NullMarked;
