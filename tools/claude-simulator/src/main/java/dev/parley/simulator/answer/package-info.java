/** Answers to requests: their text, thinking and tool calls. */
@NullMarked
package dev.parley.simulator.answer;

import org.jspecify.annotations.NullMarked;
