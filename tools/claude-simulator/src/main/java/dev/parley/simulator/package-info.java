/** A stand-in for the Claude Messages API, with settable timing, faults on request, and counters. */
@NullMarked
package dev.parley.simulator;

import org.jspecify.annotations.NullMarked;
