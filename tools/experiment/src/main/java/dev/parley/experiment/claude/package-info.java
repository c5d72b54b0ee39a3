/** Calls to Claude with the operator's key. */
@NullMarked
package dev.parley.experiment.claude;

import org.jspecify.annotations.NullMarked;
