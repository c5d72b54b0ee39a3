/** A long history, made of copies of one turn. */
@NullMarked
package dev.parley.benchmarks.turns;

import org.jspecify.annotations.NullMarked;
