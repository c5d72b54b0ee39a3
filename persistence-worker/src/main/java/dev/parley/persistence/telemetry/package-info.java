/** What operators see of a stored turn: a log line, a span, the lag. */
@NullMarked
package dev.parley.persistence.telemetry;

import org.jspecify.annotations.NullMarked;
