/** When to try again, and when no longer. */
@NullMarked
package dev.parley.persistence.retry;

import org.jspecify.annotations.NullMarked;
