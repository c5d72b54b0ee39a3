/** The models the simulator answers for. */
@NullMarked
package dev.parley.simulator.model;

import org.jspecify.annotations.NullMarked;
