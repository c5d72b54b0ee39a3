/** Generations in the terms of OpenTelemetry's GenAI conventions. */
@NullMarked
package dev.parley.inference.metrics;

import org.jspecify.annotations.NullMarked;
