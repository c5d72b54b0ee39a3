/** Reads the metrics that the services show to Prometheus. */
@NullMarked
package dev.parley.gateway.scrape;

import org.jspecify.annotations.NullMarked;
