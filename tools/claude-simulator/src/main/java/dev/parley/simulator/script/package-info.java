/** What is sent over time: events, their bytes, and when each is due. */
@NullMarked
package dev.parley.simulator.script;

import org.jspecify.annotations.NullMarked;
