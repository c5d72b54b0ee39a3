/** Answers that may be given again: their keys, their form in the store, and what a look-up brings. */
@NullMarked
package dev.parley.answercache;

import org.jspecify.annotations.NullMarked;
