/** The look-up of a similar question, and the judge that may permit its answer. */
@NullMarked
package dev.parley.inference.generation.judging;

import org.jspecify.annotations.NullMarked;
