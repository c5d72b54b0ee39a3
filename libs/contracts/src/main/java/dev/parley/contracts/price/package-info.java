/** The prices of Claude's tokens. */
@NullMarked
package dev.parley.contracts.price;

import org.jspecify.annotations.NullMarked;
