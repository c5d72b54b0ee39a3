/** Which stored question means the same as a new one, so that its answer can be reused: a chain of gates. */
@NullMarked
package dev.parley.similar;

import org.jspecify.annotations.NullMarked;
