/** Scrapes the services' Prometheus endpoints. */
@NullMarked
package dev.parley.pulse.metrics;

import org.jspecify.annotations.NullMarked;
