/** One process: its description, its readiness, and the signals that are sent to it. */
@NullMarked
package dev.parley.localstack.process;

import org.jspecify.annotations.NullMarked;
