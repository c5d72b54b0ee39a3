/** The look-up of similar questions: the model, the vectors in memory and their store. */
@NullMarked
package dev.parley.inference.similar;

import org.jspecify.annotations.NullMarked;
