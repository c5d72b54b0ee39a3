/** A simulator of the Claude Messages API, with configurable timing, faults on request, and counters. */
@NullMarked
package dev.parley.simulator;

import org.jspecify.annotations.NullMarked;
