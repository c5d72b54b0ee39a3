/** Turns on their way into the table, and where they are kept. */
@NullMarked
package dev.parley.persistence.turn;

import org.jspecify.annotations.NullMarked;
