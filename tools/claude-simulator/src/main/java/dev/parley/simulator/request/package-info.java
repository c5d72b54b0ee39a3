/** What a client asks of the Messages API: its shape, its rules, and what the simulator needs of it. */
@NullMarked
package dev.parley.simulator.request;

import org.jspecify.annotations.NullMarked;
