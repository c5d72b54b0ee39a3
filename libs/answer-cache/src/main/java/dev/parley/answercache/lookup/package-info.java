/** Look-ups with a timeout and a circuit breaker. */
@NullMarked
package dev.parley.answercache.lookup;

import org.jspecify.annotations.NullMarked;
