/** What Claude's tokens cost. */
@NullMarked
package dev.parley.contracts.price;

import org.jspecify.annotations.NullMarked;
