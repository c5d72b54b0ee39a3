/** What goes wrong on request. */
@NullMarked
package dev.parley.simulator.fault;

import org.jspecify.annotations.NullMarked;
