/** Answers worth keeping, and when they may be used again. */
@NullMarked
package dev.parley.cache;

import org.jspecify.annotations.NullMarked;
