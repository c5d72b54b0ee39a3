/** An answer as a whole: its blocks, why it stops, what it cost. */
@NullMarked
package dev.parley.simulator.answer;

import org.jspecify.annotations.NullMarked;
