/** What Prometheus scrapes of a mirror. */
@NullMarked
package dev.parley.experiment.metrics;

import org.jspecify.annotations.NullMarked;
