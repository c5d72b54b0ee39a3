/** Turn events of the last minutes, and what can be computed from them. */
@NullMarked
package dev.parley.pulse.turns;

import org.jspecify.annotations.NullMarked;
