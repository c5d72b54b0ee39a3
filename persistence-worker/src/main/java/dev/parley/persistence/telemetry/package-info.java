/** Logs, spans and metrics of stored turns. */
@NullMarked
package dev.parley.persistence.telemetry;

import org.jspecify.annotations.NullMarked;
