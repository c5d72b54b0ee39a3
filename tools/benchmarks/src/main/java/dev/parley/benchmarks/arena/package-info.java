/** Where contestants meet: warm, one after the other, and undisturbed by what was before. */
@NullMarked
package dev.parley.benchmarks.arena;

import org.jspecify.annotations.NullMarked;
