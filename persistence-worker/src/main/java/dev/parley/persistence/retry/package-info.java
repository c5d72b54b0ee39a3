/** Retries of failed writes. */
@NullMarked
package dev.parley.persistence.retry;

import org.jspecify.annotations.NullMarked;
