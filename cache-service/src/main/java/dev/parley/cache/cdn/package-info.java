/** Adapters of shared caches: Varnish and CloudFront. */
@NullMarked
package dev.parley.cache.cdn;

import org.jspecify.annotations.NullMarked;
