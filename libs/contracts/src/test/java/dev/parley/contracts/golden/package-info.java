/** Golden files: an example of every event on the wire, of this version and of others, as bytes. */
@NullMarked
package dev.parley.contracts.golden;

import org.jspecify.annotations.NullMarked;
