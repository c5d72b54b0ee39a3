/** Turn events of the last minutes, and their statistics. */
@NullMarked
package dev.parley.pulse.turns;

import org.jspecify.annotations.NullMarked;
