/** What the log tells of a generation of another owner, and what is to be done with it. */
@NullMarked
package dev.parley.inference.generation.recovery;

import org.jspecify.annotations.NullMarked;
