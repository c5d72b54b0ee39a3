/** Looking answers up within a bounded time, whatever the store does. */
@NullMarked
package dev.parley.answercache.lookup;

import org.jspecify.annotations.NullMarked;
