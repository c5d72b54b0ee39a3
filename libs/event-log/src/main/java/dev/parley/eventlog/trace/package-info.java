/** The traces that are made from events. OpenTelemetry is an optional dependency of this package alone. */
@NullMarked
package dev.parley.eventlog.trace;

import org.jspecify.annotations.NullMarked;
