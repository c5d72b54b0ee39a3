/** The wire as it is and was: an example of every event, kept as bytes. */
@NullMarked
package dev.parley.contracts.golden;

import org.jspecify.annotations.NullMarked;
