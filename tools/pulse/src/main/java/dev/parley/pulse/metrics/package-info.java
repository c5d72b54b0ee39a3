/** Scrapes the services' Prometheus endpoints and keeps the values of the last minute. */
@NullMarked
package dev.parley.pulse.metrics;

import org.jspecify.annotations.NullMarked;
