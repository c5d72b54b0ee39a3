/** Purging shared caches before the gateways of what a change of a published answer makes wrong. */
@NullMarked
package dev.parley.cache.edge;

import org.jspecify.annotations.NullMarked;
