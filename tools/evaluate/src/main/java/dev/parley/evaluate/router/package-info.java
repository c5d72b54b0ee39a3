/** Figures of the model router on tables of questions with the scores of two models. */
@NullMarked
package dev.parley.evaluate.router;

import org.jspecify.annotations.NullMarked;
