/** Redis as the store of answers. */
@NullMarked
package dev.parley.answercache.redis;

import org.jspecify.annotations.NullMarked;
