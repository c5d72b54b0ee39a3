/** Redis as the store of answers. */
@NullMarked
package dev.parley.cache.redis;

import org.jspecify.annotations.NullMarked;
