/** Redis as the ledger that all gateways share. */
@NullMarked
package dev.parley.gateway.redis;

import org.jspecify.annotations.NullMarked;
