/** Limits of API keys on requests, tokens, open streams and cost, counted across all gateways. */
@NullMarked
package dev.parley.gateway.limits;

import org.jspecify.annotations.NullMarked;
