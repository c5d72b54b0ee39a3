/** What Claude's tokens cost. */
@NullMarked
package dev.parley.prices;

import org.jspecify.annotations.NullMarked;
