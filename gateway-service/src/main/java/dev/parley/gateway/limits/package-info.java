/** How much a key may use: requests, tokens, open answers and money, counted by all gateways together. */
@NullMarked
package dev.parley.gateway.limits;

import org.jspecify.annotations.NullMarked;
