/** Calls to Claude: the Messages API as generations use it, how a call ends, and the record of what it cost. */
@NullMarked
package dev.parley.inference.generation.calls;

import org.jspecify.annotations.NullMarked;
