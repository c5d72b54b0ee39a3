/** Messages, their content, and the question they lead up to. */
@NullMarked
package dev.parley.simulator.conversation;

import org.jspecify.annotations.NullMarked;
