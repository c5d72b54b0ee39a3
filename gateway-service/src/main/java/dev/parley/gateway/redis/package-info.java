/** The shared ledger in Redis. */
@NullMarked
package dev.parley.gateway.redis;

import org.jspecify.annotations.NullMarked;
