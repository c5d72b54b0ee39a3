/** Answers: which are worth keeping, for how long, and in what form. */
@NullMarked
package dev.parley.cache.answer;

import org.jspecify.annotations.NullMarked;
