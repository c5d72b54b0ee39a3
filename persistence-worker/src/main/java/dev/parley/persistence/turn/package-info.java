/** Turns and their store. */
@NullMarked
package dev.parley.persistence.turn;

import org.jspecify.annotations.NullMarked;
