/** Cached answers: their keys, their encoding and their look-up. */
@NullMarked
package dev.parley.answercache;

import org.jspecify.annotations.NullMarked;
