/** The operators' page: rates, times, lag, cost and errors of the whole pipeline, read from Kafka and from the services' metrics. */
@NullMarked
package dev.parley.pulse;

import org.jspecify.annotations.NullMarked;
