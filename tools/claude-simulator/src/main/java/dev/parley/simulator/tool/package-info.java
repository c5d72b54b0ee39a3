/** Tools a client offers: which of them an answer uses, and with what input. */
@NullMarked
package dev.parley.simulator.tool;

import org.jspecify.annotations.NullMarked;
