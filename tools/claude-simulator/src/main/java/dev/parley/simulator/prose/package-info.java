/** The Markdown of an answer, the same for the same question. */
@NullMarked
package dev.parley.simulator.prose;

import org.jspecify.annotations.NullMarked;
